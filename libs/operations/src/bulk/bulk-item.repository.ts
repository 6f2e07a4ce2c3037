import { Injectable } from '@nestjs/common';
import { Database, advisoryLockSql } from '#database';
import type { TenantVersion } from '../population/tenant-population.repository.js';
import type { SettingName } from '#settings';
import type { BulkOperationItemEntity } from './bulk-operation.entity.js';
import type { BulkItem, BulkOutcome } from './bulk-operation.js';
import type { AffectedGroup, EvaluatedGroup } from './bulk-evaluation.js';

/** The tenants of an operation without an outcome, after the id `after` up to and including `last`. */
export interface Chunk {
  readonly operationId: string;
  readonly kind: 'update' | 'revert';
  /** The settings that the patch names. */
  readonly fields: readonly SettingName[];
  /** Empty for the first chunk. */
  readonly after: string;
  readonly last: string;
}

/** Tenants of a chunk that the operation treats alike. */
export interface ChunkGroup extends AffectedGroup {
  readonly size: number;
  /** One of the tenants. It stands for the others, and its version for their contents. */
  readonly representative: string;
  readonly version: number;
}

/** A tenant of an operation, as it was when the operation began. */
export interface BulkBase extends AffectedGroup {
  readonly tenant_id: string;
}

/** A group whose tenants have an outcome. */
export interface EndedGroup extends EvaluatedGroup<ChunkGroup> {
  /** The number of tenants with an outcome. Those that changed since the group was read have none. */
  readonly size: number;
  /** These tenants; empty if they were updated. */
  readonly tenants: readonly TenantVersion[];
}

interface EndedGroupRow {
  readonly place: number;
  readonly size: number;
  readonly tenant_ids: readonly string[] | null;
  readonly versions: readonly number[] | null;
}

type BulkItemRow = Pick<BulkOperationItemEntity, keyof BulkItem>;

export interface BulkItemFilter {
  readonly operationId: string;
  readonly outcome: BulkOutcome | null;
  /** The last tenant of the previous page. */
  readonly after: string | null;
  readonly limit: number;
}

const lockTimeout = '8s';

/**
 * Reads and writes the items of bulk operations, and writes many configurations at once. Every method runs in the caller's transaction.
 * The promotion of a rollout records its outcomes by `PromotionRepository`.
 */
@Injectable()
export class BulkItemRepository {
  constructor(private readonly database: Database) {}

  /**
   * Waits until no other chunk runs in the cluster: two chunks that write the same tenants in different orders would deadlock. The wait
   * is limited, so that one long transaction or a dead replica does not block every chunk after it.
   *
   * @throws UnavailableError, here or later in the transaction, if a lock is not free within 8 seconds.
   */
  async acquireLock(): Promise<void> {
    await this.database.query(`SELECT set_config('lock_timeout', $1, true)`, [lockTimeout]);
    await this.database.query(advisoryLockSql.bulkChunk);
  }

  /** The last of the next `size` tenants without an outcome, in the order of the database, and how many they are. */
  async findChunkEnd(
    { operationId, after }: Pick<Chunk, 'operationId' | 'after'>,
    size: number,
  ): Promise<{ last: string; count: number }> {
    const sql = `SELECT coalesce(max(tenant_id), $2) AS last, count(*)::int AS count FROM (
      SELECT tenant_id FROM bulk_operation_items
      WHERE operation_id = $1 AND outcome IS NULL AND tenant_id > $2 ORDER BY tenant_id LIMIT $3) next`;
    const [row] = await this.database.query<{ last: string; count: number }>(sql, [operationId, after, size]);
    return row!;
  }

  /** The tenants of the chunk in groups that the operation treats alike. */
  findGroups(chunk: Chunk): Promise<ChunkGroup[]> {
    const sql = 'SELECT * FROM attune_find_bulk_groups($1, $2, $3, $4, $5)';
    return this.database.query<ChunkGroup>(sql, chunkParameters(chunk));
  }

  /**
   * Writes the configurations of updated groups, and the outcomes of all. A tenant that is no longer in its group is left out.
   *
   * @throws UnavailableError if a plan or an approval policy changed at the same time; the chunk must then be evaluated again.
   */
  async endGroups(chunk: Chunk, evaluated: readonly EvaluatedGroup<ChunkGroup>[]): Promise<EndedGroup[]> {
    const sql = 'SELECT attune_end_bulk_groups($1, $2, $3, $4, $5, $6::jsonb) AS ended';
    const groups = JSON.stringify(evaluated.map(toGroupParameter));
    const values = [...chunkParameters(chunk), groups];
    const [row] = await this.database.query<{ ended: EndedGroupRow[] }>(sql, values);
    return row!.ended.map((ended) => toEndedGroup(evaluated[ended.place]!, ended));
  }

  /** The tenants with the configurations that they had when the operation began, in the order of their ids. */
  listBases({ operationId, after, limit }: Omit<BulkItemFilter, 'outcome'>): Promise<BulkBase[]> {
    const sql = `SELECT i.tenant_id, t.plan, t.approval_required, b.settings, b.set_by, b.override_allowed,
        p.settings AS previous, p.set_by AS previous_set_by, NULL AS conflicts
      FROM (SELECT tenant_id, base_version FROM bulk_operation_items
        WHERE operation_id = $1 AND ($2::text IS NULL OR tenant_id > $2) ORDER BY tenant_id LIMIT $3) i
      JOIN tenants t ON t.tenant_id = i.tenant_id
      JOIN tenant_configuration_history b ON b.tenant_id = i.tenant_id AND b.version = i.base_version
      LEFT JOIN tenant_configuration_history p ON p.tenant_id = i.tenant_id AND p.version = i.base_version - 1
      ORDER BY i.tenant_id`;
    return this.database.query<BulkBase>(sql, [operationId, after, limit]);
  }

  /** In the order of the tenants' ids. */
  list({ operationId, outcome, after, limit }: BulkItemFilter): Promise<BulkItem[]> {
    const sql = `SELECT tenant_id, outcome, version::float8 AS version, detail FROM bulk_operation_items
      WHERE operation_id = $1 AND ($2::text IS NULL OR outcome = $2) AND ($3::text IS NULL OR tenant_id > $3)
      ORDER BY tenant_id LIMIT $4`;
    return this.database.query<BulkItemRow>(sql, [operationId, outcome, after, limit]);
  }
}

function chunkParameters({ operationId, kind, fields, after, last }: Chunk): unknown[] {
  return [operationId, fields, kind === 'revert', after, last];
}

function toGroupParameter({ group, evaluation }: EvaluatedGroup<ChunkGroup>, place: number): object {
  const { representative, version, plan, approval_required } = group;
  const { outcome, detail, settings, set_by } = evaluation;
  const written = outcome === 'updated' ? { new_settings: settings, setters: set_by } : {};
  return { place, representative, version, plan, approval_required, outcome, detail, ...written };
}

function toEndedGroup(
  evaluated: EvaluatedGroup<ChunkGroup>,
  { size, tenant_ids: ids, versions }: EndedGroupRow,
): EndedGroup {
  const tenants = (ids ?? []).map((tenant_id, index) => ({ tenant_id, version: versions![index]! }));
  return { ...evaluated, size, tenants };
}
