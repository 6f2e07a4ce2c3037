import { Injectable } from '@nestjs/common';
import { ChangeRequestRepository } from '#config';
import { Database, sqlStateOf } from '#database';
import { ConflictError } from '#kernel';
import type { TenantVersion } from '../population/tenant-population.repository.js';
import type { Selector, SettingsPatch } from '#settings';
import type { BulkOperationEntity } from './bulk-operation.entity.js';
import { type OutcomeCounts, type StoredBulkOperation, bulkOutcomes } from './bulk-operation.js';

/** `done` is the sum of the outcomes. */
type BulkOperationRow = Omit<BulkOperationEntity, 'selector' | 'failures' | 'cancelled_by'> & {
  readonly done: number;
};

interface NewBulkOperation {
  readonly selector: Selector;
  readonly changes: SettingsPatch;
  readonly reason: string;
  readonly createdBy: string;
}

const doneSum = bulkOutcomes.join(' + ');
const columns = `id, kind, state, changes, reason, reverts, matched, ${doneSum} AS done, ${bulkOutcomes.join(', ')}, failure_reason,
  created_by, created_at, started_at, finished_at`;

/** Bulk operations as rows; every method runs in the caller's transaction. */
@Injectable()
export class BulkOperationRepository {
  constructor(
    private readonly database: Database,
    private readonly changeRequests: ChangeRequestRepository,
  ) {}

  /** Fixes the tenants and their base versions; one that was deleted meanwhile is not matched. */
  async insertUpdate(
    { selector, changes, reason, createdBy }: NewBulkOperation,
    tenants: readonly TenantVersion[],
  ): Promise<StoredBulkOperation> {
    const sql = `INSERT INTO bulk_operations (kind, selector, changes, reason, matched, created_by)
      VALUES ('update', $1::jsonb, $2::jsonb, $3, $4, $5) RETURNING id`;
    const jsonValues = [JSON.stringify(selector), JSON.stringify(changes)];
    const id = await this.insert(sql, [...jsonValues, reason, tenants.length, createdBy]);
    const items = `INSERT INTO bulk_operation_items (operation_id, tenant_id, base_version)
      SELECT $1, tenant_id, base_version FROM unnest($2::text[], $3::bigint[]) AS given (tenant_id, base_version)
      WHERE EXISTS (SELECT FROM tenants t WHERE t.tenant_id = given.tenant_id)`;
    await this.database.query(items, [
      id,
      tenants.map(({ tenant_id: tenantId }) => tenantId),
      tenants.map(({ version }) => version),
    ]);
    return this.updateMatchedCount(id);
  }

  /**
   * The tenants are those that the operation changed, also by a request that was approved later. What still waits for approval is void
   * from now on: it would bring back what is being taken back.
   *
   * @throws ConflictError when the operation was reverted before.
   */
  async insertRevert(
    reverted: StoredBulkOperation,
    reason: string,
    createdBy: string,
  ): Promise<StoredBulkOperation> {
    const sql = `INSERT INTO bulk_operations (kind, changes, reason, reverts, matched, created_by)
      VALUES ('revert', $1::jsonb, $2, $3, $4, $5) RETURNING id`;
    const changes = JSON.stringify(reverted.changes);
    const id = await this.insert(sql, [changes, reason, reverted.id, reverted.matched, createdBy]);
    // First: an approval of this very moment is waited for, and its tenant then among those below.
    const voidReason = 'The bulk update that asked for it was reverted.';
    await this.changeRequests.voidPendingOfBulk(reverted.id, { decidedBy: createdBy, voidReason });
    const items = `INSERT INTO bulk_operation_items (operation_id, tenant_id, base_version)
      SELECT $1, tenant_id, version FROM bulk_operation_items WHERE operation_id = $2 AND outcome = 'updated'
      UNION ALL
      SELECT $1, tenant_id, applied_version FROM change_requests WHERE bulk_id = $2 AND state = 'applied'`;
    await this.database.query(items, [id, reverted.id]);
    return this.updateMatchedCount(id);
  }

  async find(id: string): Promise<StoredBulkOperation | null> {
    return this.findOne(`SELECT ${columns} FROM bulk_operations WHERE id = $1`, [id]);
  }

  /** Newest first, after the one with this id. */
  list(limit: number, after: string | null): Promise<StoredBulkOperation[]> {
    const sql = `SELECT ${columns} FROM bulk_operations
      WHERE $2::text IS NULL OR (created_at, id) < (SELECT created_at, id FROM bulk_operations WHERE id = $2)
      ORDER BY created_at DESC, id DESC LIMIT $1`;
    return this.database.query<BulkOperationRow>(sql, [limit, after]);
  }

  /**
   * The operation, running, its row locked until the transaction ends: one chunk of it at a time, and no cancellation in the
   * middle of one. Null when it has ended.
   */
  markRunning(id: string): Promise<StoredBulkOperation | null> {
    const sql = `UPDATE bulk_operations SET state = 'running', started_at = coalesce(started_at, now())
      WHERE id = $1 AND state IN ('queued', 'running') RETURNING ${columns}`;
    return this.findOne(sql, [id]);
  }

  async addCounts(id: string, counts: OutcomeCounts): Promise<void> {
    const sums = bulkOutcomes.map((outcome, index) => `${outcome} = ${outcome} + $${index + 2}`);
    const sql = `UPDATE bulk_operations SET failures = 0, ${sums.join(', ')} WHERE id = $1`;
    await this.database.query(sql, [id, ...bulkOutcomes.map((outcome) => counts[outcome])]);
  }

  /** Tenants that were deleted before their turn are not matched any more. */
  async markCompleted(id: string): Promise<void> {
    const sql = `UPDATE bulk_operations SET state = 'completed', finished_at = clock_timestamp(), matched = ${doneSum} WHERE id = $1`;
    await this.database.query(sql, [id]);
  }

  /** Null when there is none, or it has ended. */
  cancel(id: string, cancelledBy: string): Promise<StoredBulkOperation | null> {
    const sql = `UPDATE bulk_operations SET state = 'cancelled', cancelled_by = $2, finished_at = clock_timestamp()
      WHERE id = $1 AND state IN ('queued', 'running') RETURNING ${columns}`;
    return this.findOne(sql, [id, cancelledBy]);
  }

  /** One more failed chunk; with the `most`-th in a row the operation has failed. */
  recordFailure(id: string, maxFailures: number, reason: string): Promise<StoredBulkOperation | null> {
    const sql = `UPDATE bulk_operations SET failures = failures + 1,
        state = CASE WHEN failures + 1 >= $2 THEN 'failed' ELSE state END,
        failure_reason = CASE WHEN failures + 1 >= $2 THEN $3 END,
        finished_at = CASE WHEN failures + 1 >= $2 THEN clock_timestamp() END
      WHERE id = $1 AND state IN ('queued', 'running') RETURNING ${columns}`;
    return this.findOne(sql, [id, maxFailures, reason]);
  }

  private async insert(sql: string, values: unknown[]): Promise<string> {
    try {
      const [row] = await this.database.query<Pick<BulkOperationEntity, 'id'>>(sql, values);
      return row!.id;
    } catch (error) {
      if (sqlStateOf(error) !== '23505') throw error;
      throw new ConflictError('The operation was reverted already, or a revert of it is under way.');
    }
  }

  /** The operation with the number of its items as matched. */
  private async updateMatchedCount(id: string): Promise<StoredBulkOperation> {
    const sql = `UPDATE bulk_operations SET matched = (SELECT count(*) FROM bulk_operation_items WHERE operation_id = $1)
      WHERE id = $1 RETURNING ${columns}`;
    return (await this.findOne(sql, [id]))!;
  }

  private async findOne(sql: string, values: unknown[]): Promise<StoredBulkOperation | null> {
    const [row] = await this.database.query<BulkOperationRow>(sql, values);
    return row ?? null;
  }
}
