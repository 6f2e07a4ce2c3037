import { Injectable } from '@nestjs/common';
import type { Versioned } from '#cache';
import { Database, sqlStateOf } from '#database';
import { ConflictError } from '#kernel';
import type { Tenant, TenantEntity } from './tenant.entity.js';

type TenantRow = Omit<TenantEntity, 'updated_at'>;

export interface TenantFilter {
  readonly plan: string | null;
  readonly status: string | null;
  /** The last id of the previous page. */
  readonly after: string | null;
  readonly limit: number;
}

export type NewTenant = Pick<Tenant, 'tenant_id' | 'name' | 'plan' | 'approval_required'>;
export type TenantChange = {
  -readonly [Field in 'name' | 'plan' | 'status' | 'approval_required']?: Tenant[Field];
};

const columns = `tenant_id, name, plan, status, approval_required, verified_domain, created_at, version::float8 AS version`;

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

  async list({ plan, status, after, limit }: TenantFilter): Promise<Tenant[]> {
    const sql = `SELECT ${columns} FROM tenants
      WHERE ($1::text IS NULL OR plan = $1) AND ($2::text IS NULL OR status = $2) AND ($3::text IS NULL OR tenant_id > $3)
      ORDER BY tenant_id LIMIT $4`;
    const rows = await this.database.query<TenantRow>(sql, [plan, status, after, limit]);
    return rows.map((row) => toVersionedTenant(row).value);
  }

  /** @throws ConflictError when the id is, or was, another tenant's. */
  async insert(tenant: NewTenant): Promise<Versioned<Tenant>> {
    const sql = `INSERT INTO tenants (tenant_id, name, plan, approval_required) VALUES ($1, $2, $3, $4) RETURNING ${columns}`;
    const { tenant_id: id, name, plan, approval_required: approval } = tenant;
    try {
      const [row] = await this.database.query<TenantRow>(sql, [id, name, plan, approval]);
      return toVersionedTenant(row!);
    } catch (error) {
      if (sqlStateOf(error) !== '23505') throw error;
      throw new ConflictError(`The tenant id ${id} is in use or was used before; choose another.`);
    }
  }

  async update(tenantId: string, change: TenantChange): Promise<Versioned<Tenant> | null> {
    const sql = `UPDATE tenants SET name = coalesce($2, name), plan = coalesce($3, plan), status = coalesce($4, status),
      approval_required = coalesce($5, approval_required), updated_at = now() WHERE tenant_id = $1 RETURNING ${columns}`;
    const { name, plan, status, approval_required: approval } = change;
    const values = [tenantId, name ?? null, plan ?? null, status ?? null, approval ?? null];
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
