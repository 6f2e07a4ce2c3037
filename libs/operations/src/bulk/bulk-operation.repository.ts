import { Injectable } from '@nestjs/common';
import { ChangeRequestRepository } from '#config';
import { Database, sqlStateOf } from '#database';
import { ConflictError } from '#kernel';
import type { TenantVersion } from '../population/tenant-population.repository.js';
import type { Selector, SettingsPatch } from '#settings';
import type { BulkOperationEntity } from './bulk-operation.entity.js';
import { type OutcomeCounts, type StoredBulkOperation, bulkOutcomes } from './bulk-operation.js';

/** `done` is the sum of the outcome counts, and `reverted_by` the row that reverts this one. */
type BulkOperationRow = Omit<BulkOperationEntity, 'selector' | 'failures' | 'cancelled_by'> & {
  readonly done: number;
  readonly reverted_by: string | null;
};

interface NewBulkOperation {
  readonly selector: Selector;
  readonly changes: SettingsPatch;
  readonly reason: string;
  readonly createdBy: string;
}

const doneSum = bulkOutcomes.join(' + ');
/** A revert that came to nothing does not count: the operation can be reverted again. */
const revertedBy = `(SELECT r.id FROM bulk_operations r
  WHERE r.reverts = bulk_operations.id AND r.state IN ('queued', 'running', 'completed'))`;
const columns = `id, kind, state, changes, reason, reverts, ${revertedBy} AS reverted_by, matched, ${doneSum} AS done, ${bulkOutcomes.join(', ')}, failure_reason,
  created_by, created_at, started_at, finished_at`;

/** Reads and writes bulk operations. Every method runs in the caller's transaction. */
@Injectable()
export class BulkOperationRepository {
  constructor(
    private readonly database: Database,
    private readonly changeRequests: ChangeRequestRepository,
  ) {}

  /** Inserts an update with its tenants and their base versions. A tenant that was deleted meanwhile does not count as matched. */
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
   * Inserts a revert. Its tenants are those that the operation changed, also through a request that was approved later. Pending
   * requests of the operation become void, because approving one would bring back what the revert removes.
   *
   * @throws ConflictError if the operation was already reverted.
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
    // Void first: this waits for an approval that is being applied, so that the statement below includes its tenant.
    const voidReason = 'The bulk update that requested this change was reverted.';
    await this.changeRequests.voidPendingOfBulk(reverted.id, { decidedBy: createdBy, voidReason });
    const items = `INSERT INTO bulk_operation_items (operation_id, tenant_id, base_version)
      SELECT $1, tenant_id, version FROM bulk_operation_items WHERE operation_id = $2 AND outcome = 'updated'
      UNION ALL
      SELECT $1, tenant_id, applied_version FROM change_requests WHERE bulk_id = $2 AND state = 'applied'`;
    await this.database.query(items, [id, reverted.id]);
    return this.updateMatchedCount(id);
  }

  /** Null if there is no such operation. */
  async find(id: string): Promise<StoredBulkOperation | null> {
    return this.findOne(`SELECT ${columns} FROM bulk_operations WHERE id = $1`, [id]);
  }

  /** Newest first, starting after the operation with the id `after`. */
  list(limit: number, after: string | null): Promise<StoredBulkOperation[]> {
    const sql = `SELECT ${columns} FROM bulk_operations
      WHERE $2::text IS NULL OR (created_at, id) < (SELECT created_at, id FROM bulk_operations WHERE id = $2)
      ORDER BY created_at DESC, id DESC LIMIT $1`;
    return this.database.query<BulkOperationRow>(sql, [limit, after]);
  }

  /**
   * Marks the operation as running and locks its row until the transaction ends: only one chunk of it runs at a time, and a
   * cancellation waits for the chunk. Null if the operation has ended.
   */
  markRunning(id: string): Promise<StoredBulkOperation | null> {
    const sql = `UPDATE bulk_operations SET state = 'running', started_at = coalesce(started_at, now())
      WHERE id = $1 AND state IN ('queued', 'running') RETURNING ${columns}`;
    return this.findOne(sql, [id]);
  }

  /** Adds to the outcome counts, and resets the number of failed chunks in a row. */
  async addCounts(id: string, counts: OutcomeCounts): Promise<void> {
    const sums = bulkOutcomes.map((outcome, index) => `${outcome} = ${outcome} + $${index + 2}`);
    const sql = `UPDATE bulk_operations SET failures = 0, ${sums.join(', ')} WHERE id = $1`;
    await this.database.query(sql, [id, ...bulkOutcomes.map((outcome) => counts[outcome])]);
  }

  /** Completes the operation. Tenants that were deleted before they were processed no longer count as matched. */
  async markCompleted(id: string): Promise<void> {
    const sql = `UPDATE bulk_operations SET state = 'completed', finished_at = clock_timestamp(), matched = ${doneSum} WHERE id = $1`;
    await this.database.query(sql, [id]);
  }

  /** Null if there is no such operation, or if it has ended. */
  cancel(id: string, cancelledBy: string): Promise<StoredBulkOperation | null> {
    const sql = `UPDATE bulk_operations SET state = 'cancelled', cancelled_by = $2, finished_at = clock_timestamp()
      WHERE id = $1 AND state IN ('queued', 'running') RETURNING ${columns}`;
    return this.findOne(sql, [id, cancelledBy]);
  }

  /** Counts a failed chunk. The operation fails with `reason` after `maxFailures` in a row. Null if it has ended. */
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
      throw new ConflictError('The operation was already reverted, or a revert of it is running.');
    }
  }

  /** Sets `matched` to the number of items, and returns the operation. */
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
