import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database, allTenants } from '#database';
import { StartupNotices } from '#http';
import { Environment } from '#kernel';
import { formatApiKey, newApiKey, parseApiKey, sha256Hex } from './api-key.js';
import { KeyRepository } from './key.repository.js';

interface Known {
  readonly tenant_id: string | null;
  readonly secret: string;
}

/** The platform admin's first key: the one of the environment, or one made at the first start and shown that once. */
@Injectable()
export class PlatformKey implements OnModuleInit {
  /** One for all attempts: where it is unknown whether the first was committed, the next one sees its key. */
  private readonly own = newApiKey();

  constructor(
    private readonly database: Database,
    private readonly repository: KeyRepository,
    private readonly environment: Environment,
    private readonly notices: StartupNotices,
  ) {}

  onModuleInit(): Promise<void> {
    return this.database.whenUp(() => this.make());
  }

  private async make(): Promise<void> {
    const given = this.environment.platformApiKey;
    const make = async (): Promise<string | null> => {
      // Replicas that start together make one key between them.
      await this.database.query("SELECT pg_advisory_xact_lock(hashtext('attune platform key'))");
      return given === null ? this.makeFirst() : this.keep(given);
    };
    const made = await this.database.asPlatform(allTenants, make, { actor: 'system', role: 'system' });
    if (made !== null) this.notices.add([`platform-admin-key ${made}`, 'It is shown this once: keep it.']);
  }

  private async makeFirst(): Promise<string | null> {
    const { id, secret } = this.own;
    const isMade = (await this.find(id)) !== undefined;
    if (!isMade && (await this.repository.hasPlatformKey())) return null;
    if (!isMade) await this.insert(id, secret, 'first platform key');
    return formatApiKey(this.own);
  }

  private async find(id: string): Promise<Known | undefined> {
    const sql = `SELECT tenant_id, encode(secret_sha256, 'hex') AS secret FROM attune_find_api_key($1)`;
    const [known] = await this.database.query<Known>(sql, [id]);
    return known;
  }

  /** A key whose id is known with another secret, or as a tenant's, is never replaced: that would hide a mistake. */
  private async keep(given: string): Promise<null> {
    const key = parseApiKey(given)!;
    const known = await this.find(key.id);
    if (known?.secret === sha256Hex(key.secret)) return null;
    if (known) throw new Error('ATTUNE_PLATFORM_API_KEY: its id belongs to another key; choose another id.');
    await this.insert(key.id, key.secret, 'ATTUNE_PLATFORM_API_KEY');
    return null;
  }

  private async insert(id: string, secret: string, name: string): Promise<void> {
    const secretSha256 = sha256Hex(secret);
    const fixed = { tenantId: null, role: 'platform_admin', expiresAt: null, createdBy: 'system' } as const;
    await this.repository.insert({ ...fixed, id, name, secretSha256 });
  }
}
