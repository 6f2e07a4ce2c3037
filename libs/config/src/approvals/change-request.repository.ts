import { Injectable } from '@nestjs/common';
import { type Author, Database, sqlStateOf, advisoryLockSql } from '#database';
import { TenantNotFoundError } from '#kernel';
import type { ChangeRequest, ChangeRequestState } from '../change/change-request.js';
import type { ChangeRequestEntity } from './change-request.entity.js';

/** A change request as it is stored, with what is needed to apply it. */
export interface StoredChangeRequest extends ChangeRequestEntity {
  /** `created_at` with microseconds, for cursors. */
  readonly position: string;
}

export type NewChangeRequest = Pick<
  StoredChangeRequest,
  | 'tenant_id'
  | 'base_version'
  | 'patch'
  | 'diff'
  | 'settings_after'
  | 'effective_after'
  | 'kind'
  | 'from_version'
  | 'set_by'
  | 'file_settings'
  | 'bulk_id'
  | 'gate'
  | 'reason'
  | 'requested_by'
  | 'requested_by_role'
>;

/** What the requests of many tenants have in common. */
export type ChangeRequestContent = Omit<NewChangeRequest, 'tenant_id' | 'base_version'>;

/** A tenant, and the version of its configuration that a requested change starts from. */
interface RequestTarget {
  readonly tenant_id: string;
  readonly version: number;
}

export interface ChangeRequestFilter {
  readonly tenantId: string | null;
  readonly state: ChangeRequestState | null;
  readonly bulkId: string | null;
  /** Position and id of the last request of the page before. */
  readonly before: readonly [position: string, id: string] | null;
  readonly limit: number;
}

/** How a request was decided. */
export interface DecisionRecord {
  readonly state: Exclude<ChangeRequestState, 'pending'>;
  readonly decidedBy: string;
  readonly comment?: string | null;
  readonly voidReason?: string;
  readonly appliedVersion?: number;
}

const selectedColumns = `id, tenant_id, state, base_version::float8 AS base_version, patch, diff, settings_after, effective_after, kind,
  from_version::float8 AS from_version, set_by, file_settings, bulk_id, gate, reason, requested_by, requested_by_role, requester_makers, decided_by, comment, void_reason,
  applied_version::float8 AS applied_version, created_at, decided_at,
  to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS position`;

const insertSql = `INSERT INTO change_requests (tenant_id, base_version, patch, diff, settings_after, effective_after, file_settings,
    kind, from_version, set_by, bulk_id, gate, reason, requested_by, requested_by_role)
  SELECT tenant_id, version, $3::jsonb, $4::jsonb, $5::jsonb, $6::jsonb, $7::jsonb, $8, $9::bigint, $10, $11, $12::boolean, $13, $14, $15
  FROM unnest($1::text[], $2::bigint[]) AS target (tenant_id, version)`;

/** Change requests as rows; every method runs in the caller's transaction. The database does not let a decided request change. */
@Injectable()
export class ChangeRequestRepository {
  constructor(private readonly database: Database) {}

  /** @throws TenantNotFoundError when the tenant was deleted meanwhile. */
  async insert({ tenant_id, base_version, ...content }: NewChangeRequest): Promise<StoredChangeRequest> {
    const sql = `${insertSql} RETURNING ${selectedColumns}`;
    const values = insertValues([{ tenant_id, version: base_version }], content);
    try {
      const [row] = await this.database.query<StoredChangeRequest>(sql, values);
      return row!;
    } catch (error) {
      throw sqlStateOf(error) === '23503' ? new TenantNotFoundError() : error;
    }
  }

  /** The same request for each of many tenants, in one statement; `version` is the one that the change starts from. */
  async insertMany(tenants: readonly RequestTarget[], content: ChangeRequestContent): Promise<void> {
    await this.database.query(insertSql, insertValues(tenants, content));
  }

  /** Ends the requests of a bulk operation that still wait for a decision, as `void`. */
  async voidPendingOfBulk(
    bulkId: string,
    { decidedBy, voidReason }: Required<Pick<DecisionRecord, 'decidedBy' | 'voidReason'>>,
  ): Promise<void> {
    const sql = `UPDATE change_requests SET state = 'void', void_reason = $3, decided_by = $2, decided_at = now()
      WHERE bulk_id = $1 AND state = 'pending'`;
    await this.database.query(sql, [bulkId, decidedBy, voidReason]);
  }

  /** Counts the pending requests, without those of bulk operations. Takes a lock: until the transaction ends, other callers wait. */
  async countPending(tenantId: string): Promise<number> {
    await this.database.query(advisoryLockSql.changeRequests, [tenantId]);
    const sql = `SELECT count(*)::int AS pending FROM change_requests
      WHERE tenant_id = $1 AND state = 'pending' AND bulk_id IS NULL`;
    const [row] = await this.database.query<{ pending: number }>(sql, [tenantId]);
    return row?.pending ?? 0;
  }

  /** null when there is none, or the transaction may not see it. */
  async find(id: string): Promise<StoredChangeRequest | null> {
    const sql = `SELECT ${selectedColumns} FROM change_requests WHERE id = $1`;
    const [row] = await this.database.query<StoredChangeRequest>(sql, [id]);
    return row ?? null;
  }

  /** Who made this actor's key, who made that key, and so on; none for an actor that is no key. */
  async findMakers(actor: string): Promise<readonly string[]> {
    const sql = 'SELECT attune_makers_of($1) AS makers';
    const [row] = await this.database.query<{ makers: string[] }>(sql, [actor]);
    return row!.makers;
  }

  /** Newest first. */
  list({ tenantId, state, bulkId, before, limit }: ChangeRequestFilter): Promise<StoredChangeRequest[]> {
    const sql = `SELECT ${selectedColumns} FROM change_requests
      WHERE ($1::text IS NULL OR tenant_id = $1) AND ($2::text IS NULL OR state = $2) AND ($3::text IS NULL OR bulk_id = $3)
        AND ($4::timestamptz IS NULL OR (created_at, id) < ($4::timestamptz, $5))
      ORDER BY created_at DESC, id DESC LIMIT $6`;
    const [position = null, id = null] = before ?? [];
    return this.database.query<StoredChangeRequest>(sql, [tenantId, state, bulkId, position, id, limit]);
  }

  /** Withdraws a request of the caller's own side; null when it is decided already, or is not theirs to withdraw. */
  async withdraw(id: string, decidedBy: string): Promise<StoredChangeRequest | null> {
    const sql = `UPDATE change_requests SET state = 'withdrawn', decided_by = $2, decided_at = now()
      WHERE id = $1 AND state = 'pending' RETURNING ${selectedColumns}`;
    const [row] = await this.database.query<StoredChangeRequest>(sql, [id, decidedBy]);
    return row ?? null;
  }

  /** Stores the platform's decision; null when the request is decided already. */
  async decide(id: string, decision: DecisionRecord): Promise<StoredChangeRequest | null> {
    const sql = `UPDATE change_requests SET state = $2, decided_by = $3, decided_at = now(), comment = $4, void_reason = $5,
        applied_version = $6
      WHERE id = $1 AND state = 'pending' RETURNING ${selectedColumns}`;
    const { state, decidedBy, comment = null, voidReason = null, appliedVersion = null } = decision;
    const values = [id, state, decidedBy, comment, voidReason, appliedVersion];
    const [row] = await this.database.query<StoredChangeRequest>(sql, values);
    return row ?? null;
  }

  /**
   * Sets the actor for the rest of the transaction. The requester is the author of the change, the approver the author of the
   * decision; the audit log shows both.
   */
  async setActor({ actor, role, address = '' }: Author): Promise<void> {
    const sql = `SELECT set_config('app.actor', $1, true), set_config('app.actor_role', $2, true),
      set_config('app.address', $3, true), set_config('app.bulk_id', '', true)`;
    await this.database.query(sql, [actor, role, address]);
  }
}

function insertValues(tenants: readonly RequestTarget[], content: ChangeRequestContent): unknown[] {
  const { patch, diff, settings_after, effective_after, file_settings } = content;
  const { kind, from_version, set_by, bulk_id, gate, reason, requested_by, requested_by_role } = content;
  const jsonValues = [patch, diff, settings_after, effective_after, file_settings];
  return [
    tenants.map(({ tenant_id: id }) => id),
    tenants.map(({ version }) => version),
    ...jsonValues.map((value) => (value === null ? null : JSON.stringify(value))),
    kind,
    from_version,
    set_by,
    bulk_id,
    gate,
    reason,
    requested_by,
    requested_by_role,
  ];
}

/** The request as the API shows it. */
export function toChangeRequest(request: StoredChangeRequest): ChangeRequest {
  return {
    id: request.id,
    tenant_id: request.tenant_id,
    state: request.state,
    base_version: request.base_version,
    patch: request.patch,
    diff: request.diff.map(({ field, from, to }) => ({ field, from, to })),
    kind: request.kind,
    reason: request.reason,
    bulk_id: request.bulk_id,
    requested_by: request.requested_by,
    requested_by_role: request.requested_by_role,
    decided_by: request.decided_by,
    comment: request.comment,
    void_reason: request.void_reason,
    applied_version: request.applied_version,
    created_at: request.created_at.toISOString(),
    decided_at: request.decided_at?.toISOString() ?? null,
  };
}
