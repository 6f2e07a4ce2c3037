import { Injectable } from '@nestjs/common';
import type { Versioned } from '#cache';
import { Database, sqlStateOf } from '#database';
import { ConflictError } from '#kernel';
import type { Tenant, TenantEntity } from './tenant.entity.js';

type TenantRow = Omit<TenantEntity, 'updated_at'>;

export type NewTenant = Pick<Tenant, 'tenant_id' | 'name' | 'plan' | 'approval_required' | 'labels'>;
export type TenantChange = {
  -readonly [Field in 'name' | 'plan' | 'status' | 'approval_required']?: Tenant[Field];
} & {
  /** Labels to set; null removes one. */
  labels?: Readonly<Record<string, string | null>>;
};

const columns = `tenant_id, name, plan, status, approval_required, labels, verified_domain, created_at, version::float8 AS version`;

/** Rows of `tenants`. Every method runs in the caller's transaction. */
@Injectable()
export class TenantRepository {
  constructor(private readonly database: Database) {}

  async find(tenantId: string): Promise<Versioned<Tenant> | null> {
    const sql = `SELECT ${columns} FROM tenants WHERE tenant_id = $1`;
    const [row] = await this.database.query<TenantRow>(sql, [tenantId]);
    return row ? toVersionedTenant(row) : null;
  }

  /**
   * Locks the row until the caller's transaction ends. Rows that refer to the tenant can still be inserted: a change request that waits
   * for another lock of this transaction would otherwise block it.
   */
  async lock(tenantId: string): Promise<Tenant | null> {
    const sql = `SELECT ${columns} FROM tenants WHERE tenant_id = $1 FOR NO KEY UPDATE`;
    const [row] = await this.database.query<TenantRow>(sql, [tenantId]);
    return row ? toVersionedTenant(row).value : null;
  }

  async findMany(tenantIds: readonly string[]): Promise<Versioned<Tenant>[]> {
    const sql = `SELECT ${columns} FROM tenants WHERE tenant_id = ANY ($1)`;
    return (await this.database.query<TenantRow>(sql, [tenantIds])).map(toVersionedTenant);
  }

  /** @throws ConflictError when the id is, or was, another tenant's. */
  async insert(tenant: NewTenant): Promise<Versioned<Tenant>> {
    const sql = `INSERT INTO tenants (tenant_id, name, plan, approval_required, labels) VALUES ($1, $2, $3, $4, $5) RETURNING ${columns}`;
    const { tenant_id: id, name, plan, approval_required: approval, labels } = tenant;
    try {
      const [row] = await this.database.query<TenantRow>(sql, [id, name, plan, approval, labels]);
      return toVersionedTenant(row!);
    } catch (error) {
      if (sqlStateOf(error) !== '23505') throw error;
      throw new ConflictError(`The tenant id ${id} is in use or was used before; choose another.`);
    }
  }

  async update(tenantId: string, change: TenantChange): Promise<Versioned<Tenant> | null> {
    const sql = `UPDATE tenants SET name = coalesce($2, name), plan = coalesce($3, plan), status = coalesce($4, status),
      approval_required = coalesce($5, approval_required), labels = jsonb_strip_nulls(labels || $6::jsonb), updated_at = now()
      WHERE tenant_id = $1 RETURNING ${columns}`;
    const { name, plan, status, approval_required: approval, labels = {} } = change;
    const values = [tenantId, name ?? null, plan ?? null, status ?? null, approval ?? null, labels];
    const [row] = await this.database.query<TenantRow>(sql, values);
    return row ? toVersionedTenant(row) : null;
  }

  /** Deletes the tenant with all its data; false when there is no such tenant. */
  async delete(tenantId: string): Promise<boolean> {
    const sql = 'SELECT attune_delete_tenant($1) AS is_deleted';
    const [row] = await this.database.query<{ is_deleted: boolean }>(sql, [tenantId]);
    return row?.is_deleted ?? false;
  }
}

function toVersionedTenant({ version, created_at: createdAt, ...tenant }: TenantRow): Versioned<Tenant> {
  return { version, value: { ...tenant, created_at: createdAt.toISOString() } };
}
