import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Database, advisoryLockSql } from '#database';
import { Environment, isPlainObject, randomHex } from '#kernel';
import { KeysService } from '#tenancy';

export const demoRoles = ['member', 'tenant_admin'] as const;
export type DemoKeyPair = Readonly<Record<(typeof demoRoles)[number], string>>;

/**
 * The demo tenants' keys, kept readable for their owner in `DATA_DIR/demo-keys.json`, as the database has only hashes:
 * `{"acme-law": {"member": "atn_…", "tenant_admin": "atn_…"}, …}`.
 */
@Injectable()
export class DemoKeyStore {
  private readonly file: string;

  constructor(
    private readonly database: Database,
    private readonly keys: KeysService,
    private readonly environment: Environment,
  ) {
    this.file = join(environment.dataDir, 'demo-keys.json');
  }

  /** The keys of the file that still work; for the others new ones, written to the file before they count. */
  async ensureKeys(tenantId: string): Promise<DemoKeyPair> {
    return this.database.asPlatform(tenantId, async () => {
      // Replicas that share the folder write one after the other.
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
    if (typeof stored === 'string' && (await this.isValidKey(tenantId, role, stored))) return stored;
    const input = { name: `demo ${role}`, role, expires_at: null };
    return (await this.keys.issue(tenantId, input, 'system')).key;
  }

  private async isValidKey(tenantId: string, role: string, key: string): Promise<boolean> {
    const [, id, secret] = key.split('_');
    const sql = `SELECT 1 FROM attune_find_api_key($1) WHERE tenant_id = $2 AND role = $3
      AND secret_sha256 = sha256(convert_to($4, 'UTF8')) AND coalesce(expires_at > now(), true)`;
    return (await this.database.query(sql, [id, tenantId, role, secret])).length > 0;
  }

  /** A file that is missing or broken holds no keys. */
  private async read(): Promise<Record<string, unknown>> {
    try {
      const content: unknown = JSON.parse(await readFile(this.file, 'utf8'));
      return isPlainObject(content) ? content : {};
    } catch {
      return {};
    }
  }

  /** Whole or not at all, and never readable for others. */
  private async write(content: Record<string, unknown>): Promise<void> {
    await mkdir(this.environment.dataDir, { recursive: true });
    const draft = `${this.file}.${randomHex(4)}`;
    await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    await rename(draft, this.file);
  }
}
