import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Database, allTenants } from '#database';
import { StartupNotices } from '#http';
import { TenancyConfig, tenancyConfig } from '../tenancy.config.js';
import { formatApiKey, generateApiKey, parseApiKey, sha256Hex } from './api-key.js';
import { KeyRepository, type StoredCredential } from './key.repository.js';

/** The first platform key: the one of `ATTUNE_PLATFORM_API_KEY`, or a new one that the first start prints once. */
@Injectable()
export class BootstrapKeyService implements OnModuleInit {
  private readonly logger = new Logger('keys');
  /** The same key for all attempts: if it is unknown whether the first attempt was committed, the next one finds the key. */
  private readonly generatedKey = generateApiKey();

  constructor(
    private readonly database: Database,
    private readonly repository: KeyRepository,
    @Inject(tenancyConfig.KEY) private readonly config: TenancyConfig,
    private readonly notices: StartupNotices,
  ) {}

  onModuleInit(): Promise<void> {
    return this.database.runAtStartup(() => this.ensureKey());
  }

  private async ensureKey(): Promise<void> {
    const configuredKey = this.config.platformApiKey;
    const work = async (): Promise<string | null> => {
      await this.repository.lockPlatformKey();
      return configuredKey === null ? this.createFirstKey() : this.ensureConfiguredKey(configuredKey);
    };
    const createdKey = await this.database.asPlatform(allTenants, work, { actor: 'system', role: 'system' });
    if (createdKey !== null)
      this.notices.add([`platform-admin-key ${createdKey}`, 'Store this key now: it is shown only once.']);
  }

  private async createFirstKey(): Promise<string | null> {
    const { id, secret } = this.generatedKey;
    const isStored = (await this.findStoredKey(id)) !== undefined;
    if (!isStored && (await this.repository.hasPlatformKey())) return null;
    if (!isStored) await this.insert(id, secret, 'first platform key');
    return formatApiKey(this.generatedKey);
  }

  private async findStoredKey(id: string): Promise<StoredCredential | undefined> {
    return (await this.repository.findCredentials([id]))[0];
  }

  /**
   * Never replaces a stored key that has this id but another secret or tenant: that would hide a mistake. Never brings a revoked key
   * back: the variable usually outlives the day on which the key leaked.
   */
  private async ensureConfiguredKey(configuredKey: string): Promise<null> {
    const key = parseApiKey(configuredKey)!;
    const storedKey = await this.findStoredKey(key.id);
    if (storedKey?.secret_sha256 === sha256Hex(key.secret)) return null;
    if (storedKey)
      throw new Error('ATTUNE_PLATFORM_API_KEY: its id belongs to another key; use a key with another id.');
    if (await this.repository.wasPlatformKeyRevoked(key.id))
      this.logger.warn('ATTUNE_PLATFORM_API_KEY names a key that was revoked; remove the variable.');
    else await this.insert(key.id, key.secret, 'ATTUNE_PLATFORM_API_KEY');
    return null;
  }

  private async insert(id: string, secret: string, name: string): Promise<void> {
    const secretSha256 = sha256Hex(secret);
    const fixed = {
      tenantId: null,
      role: 'platform_admin',
      scopes: null,
      expiresAt: null,
      createdBy: 'system',
    } as const;
    await this.repository.insert({ ...fixed, id, name, secretSha256 });
  }
}
