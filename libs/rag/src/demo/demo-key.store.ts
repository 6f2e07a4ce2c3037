import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { Database, DatabaseConfig, advisoryLockSql, databaseConfig } from '#database';
import { isPlainObject, randomHex } from '#kernel';
import { KeysService } from '#tenancy';

/** The roles for which every demo tenant has a key. */
export const demoRoles = ['member', 'tenant_admin'] as const;
export type DemoKeyPair = Readonly<Record<(typeof demoRoles)[number], string>>;

/**
 * Keeps the keys of the demo tenants in `DATA_DIR/demo-keys.json`, because the database has only their hashes:
 * `{"acme-law": {"member": "atn_…", "tenant_admin": "atn_…"}, …}`. Only the owner of the file may read it.
 */
@Injectable()
export class DemoKeyStore {
  private readonly file: string;

  constructor(
    private readonly database: Database,
    private readonly keys: KeysService,
    @Inject(databaseConfig.KEY) private readonly config: DatabaseConfig,
  ) {
    this.file = join(config.dataDir, 'demo-keys.json');
  }

  /** The valid keys of the file. Issues new keys for all others, and writes them to the file before the transaction commits. */
  async ensureKeys(tenantId: string): Promise<DemoKeyPair> {
    return this.database.asPlatform(tenantId, async () => {
      // Replicas that share the folder must not write at the same time.
      await this.database.query(advisoryLockSql.demoKeys);
      const all = await this.read();
      const stored = isPlainObject(all[tenantId]) ? all[tenantId] : {};
      const pair = await this.ensureKeyPair(tenantId, stored);
      if (demoRoles.some((role) => pair[role] !== stored[role]))
        await this.write({ ...all, [tenantId]: pair });
      return pair;
    });
  }

  private async ensureKeyPair(tenantId: string, stored: Record<string, unknown>): Promise<DemoKeyPair> {
    return {
      member: await this.ensureKey(tenantId, 'member', stored['member']),
      tenant_admin: await this.ensureKey(tenantId, 'tenant_admin', stored['tenant_admin']),
    };
  }

  private async ensureKey(tenantId: string, role: keyof DemoKeyPair, stored: unknown): Promise<string> {
    if (typeof stored === 'string' && (await this.keys.isValid(tenantId, role, stored))) return stored;
    const input = { name: `demo ${role}`, role, expires_at: null };
    return (await this.keys.issue(tenantId, input, 'system')).key;
  }

  /** A missing or damaged file counts as empty. */
  private async read(): Promise<Record<string, unknown>> {
    try {
      const content: unknown = JSON.parse(await readFile(this.file, 'utf8'));
      return isPlainObject(content) ? content : {};
    } catch {
      return {};
    }
  }

  /** Writes atomically, readable only for the owner. */
  private async write(content: Record<string, unknown>): Promise<void> {
    await mkdir(this.config.dataDir, { recursive: true });
    const draft = `${this.file}.${randomHex(4)}`;
    await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    await rename(draft, this.file);
  }
}
