import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { TenantNotFoundError } from '#kernel';

/** What the lines of an erased user name instead. */
const erasedUser = 'erased';

/** Lines of the usage log by user. Every method runs in the open transaction. */
@Injectable()
export class UsageErasureRepository {
  constructor(private readonly database: Database) {}

  /** @throws TenantNotFoundError when there is no such tenant. */
  async assertTenantExists(tenantId: string): Promise<void> {
    const sql = 'SELECT FROM tenants WHERE tenant_id = $1';
    if ((await this.database.query(sql, [tenantId])).length === 0) throw new TenantNotFoundError();
  }

  /** Returns how many lines named the user. A query that runs is one of them. */
  async erase(tenantId: string, userId: string): Promise<number> {
    const sql = 'UPDATE usage_log SET user_id = $3 WHERE tenant_id = $1 AND user_id = $2 RETURNING 1';
    return (await this.database.query(sql, [tenantId, userId, erasedUser])).length;
  }

  async count(tenantId: string, userId: string): Promise<number> {
    const sql = 'SELECT count(*)::integer AS count FROM usage_log WHERE tenant_id = $1 AND user_id = $2';
    const [row] = await this.database.query<{ count: number }>(sql, [tenantId, userId]);
    return row!.count;
  }
}
