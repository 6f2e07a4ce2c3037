import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database, allTenants } from '#database';
import { StartupNotices } from '#http';
import { Environment } from '#kernel';
import { formatApiKey, newApiKey, parseApiKey, sha256Hex } from './api-key.js';
import { KeyRepository } from './key.repository.js';

/** The platform admin's first key: the one of the environment, or one made at the first start and shown that once. */
@Injectable()
export class PlatformKey implements OnModuleInit {
  private made: string | null = null;

  constructor(
    private readonly database: Database,
    private readonly repository: KeyRepository,
    private readonly environment: Environment,
    notices: StartupNotices,
  ) {
    notices.add(() =>
      this.made === null ? [] : [`platform-admin-key ${this.made}`, 'It is shown this once: keep it.'],
    );
  }

  async onModuleInit(): Promise<void> {
    const given = this.environment.platformApiKey;
    const make = async (): Promise<string | null> => {
      // Replicas that start together make one key between them.
      await this.database.query("SELECT pg_advisory_xact_lock(hashtext('attune platform key'))");
      return given === null ? this.makeFirst() : this.keep(given);
    };
    this.made = await this.database.asPlatform(allTenants, make, { actor: 'system', role: 'system' });
  }

  private async makeFirst(): Promise<string | null> {
    if (await this.repository.hasPlatformKey()) return null;
    const key = newApiKey();
    await this.insert(key.id, key.secret, 'first platform key');
    return formatApiKey(key);
  }

  /** A key whose id is known with another secret, or as a tenant's, is never replaced: that would hide a mistake. */
  private async keep(given: string): Promise<null> {
    const key = parseApiKey(given)!;
    const sql = `SELECT tenant_id, encode(secret_sha256, 'hex') AS secret FROM attune_find_api_key($1)`;
    const [known] = await this.database.query<{ tenant_id: string | null; secret: string }>(sql, [key.id]);
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
