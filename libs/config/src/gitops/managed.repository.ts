import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type {
  TenantConfigurationEntity,
  TenantConfigurationHistoryEntity,
} from '../storage/configuration.entity.js';

export interface FileBaselines {
  /** The file's settings when it was last applied; null before the first time. */
  readonly applied: TenantConfigurationEntity['managed'];
  /** The settings stored at the exported version; null when there is no such version. */
  readonly exported: TenantConfigurationHistoryEntity['settings'];
}

/** What is stored about a tenant's file. Every method runs in the caller's transaction. */
@Injectable()
export class ManagedRepository {
  constructor(private readonly database: Database) {}

  /** @param exportedVersion The version that an export had read. */
  async findBaselines(tenantId: string, exportedVersion: number | null): Promise<FileBaselines> {
    const sql = `SELECT c.managed AS applied, h.settings AS exported FROM tenant_configurations c
      LEFT JOIN tenant_configuration_history h ON h.tenant_id = c.tenant_id AND h.version = $2::bigint
      WHERE c.tenant_id = $1`;
    const [row] = await this.database.query<FileBaselines>(sql, [tenantId, exportedVersion]);
    return row ?? { applied: null, exported: null };
  }
}
