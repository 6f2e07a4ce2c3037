import { Injectable } from '@nestjs/common';
import type { Versioned } from '#cache';
import { Database } from '#database';
import { type PartialSettings, type TenantSettings, initialSettings } from '#settings';

/** The platform's defaults, one row; every method runs in the caller's transaction. `config` caches, checks and changes them. */
@Injectable()
export class PlatformDefaultsRepository {
  constructor(private readonly database: Database) {}

  /** Null until the first replica has filled the row. A setting that the row does not have yet gets Attune's own default. */
  async find(): Promise<Versioned<TenantSettings> | null> {
    const sql = "SELECT settings, version::float8 AS version FROM platform_defaults WHERE id = 'all'";
    const [row] = await this.database.query<{ settings: PartialSettings; version: number }>(sql);
    return row ? { version: row.version, value: { ...initialSettings(), ...row.settings } } : null;
  }

  /** @throws Error while the row is missing. */
  async get(): Promise<TenantSettings> {
    const row = await this.find();
    if (!row) throw new Error('The platform defaults are missing; restart a replica to fill them in.');
    return row.value;
  }

  async insert(settings: TenantSettings, actor: string): Promise<void> {
    const sql = 'INSERT INTO platform_defaults (settings, updated_by) VALUES ($1::jsonb, $2)';
    await this.database.query(sql, [JSON.stringify(settings), actor]);
  }

  async update(settings: TenantSettings, actor: string): Promise<void> {
    const sql = `UPDATE platform_defaults SET settings = $1::jsonb, updated_by = $2, updated_at = now() WHERE id = 'all'`;
    await this.database.query(sql, [JSON.stringify(settings), actor]);
  }
}
