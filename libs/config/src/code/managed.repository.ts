import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { SomeSettings } from '../settings/tenant-settings.js';

export interface Remembered {
  /** What the tenant's file said when it was last applied; null before that. */
  readonly applied: SomeSettings | null;
  /** What was stored at the version that was asked for; null when there is none. */
  readonly exported: SomeSettings | null;
}

/** What is known of a tenant's file, beside the configuration that came of it. In the caller's transaction. */
@Injectable()
export class ManagedRepository {
  constructor(private readonly database: Database) {}

  /** @param exportedVersion The version that an export had read. */
  async remembered(tenantId: string, exportedVersion: number | null): Promise<Remembered> {
    const sql = `SELECT c.managed AS applied, h.settings AS exported FROM tenant_configurations c
      LEFT JOIN tenant_configuration_history h ON h.tenant_id = c.tenant_id AND h.version = $2::bigint
      WHERE c.tenant_id = $1`;
    const [row] = await this.database.query<Remembered>(sql, [tenantId, exportedVersion]);
    return row ?? { applied: null, exported: null };
  }
}
