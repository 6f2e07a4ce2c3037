import { Injectable } from '@nestjs/common';
import { Database } from '#database';

interface Deletion {
  readonly at: Date;
  readonly actor: string;
}

interface TableCount {
  readonly table: string;
  readonly rows: number;
  readonly with_content: number;
}

/** What the database still has of a tenant. Every method runs in the open transaction of the platform. */
@Injectable()
export class ErasureRepository {
  constructor(private readonly database: Database) {}

  async findDeletion(tenantId: string): Promise<Deletion | null> {
    const sql = `SELECT at, actor FROM audit_log WHERE tenant_id = $1 AND action = 'tenant.delete' ORDER BY at DESC LIMIT 1`;
    const [row] = await this.database.query<Deletion>(sql, [tenantId]);
    return row ?? null;
  }

  /** Of every table with tenants' rows, in the order of their names. */
  countRows(tenantId: string): Promise<TableCount[]> {
    const sql = `SELECT table_name AS table, row_count::integer AS rows, with_content::integer AS with_content
      FROM attune_count_tenant_rows($1)`;
    return this.database.query<TableCount>(sql, [tenantId]);
  }
}
