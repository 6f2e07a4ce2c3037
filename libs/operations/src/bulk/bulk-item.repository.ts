import { Injectable } from '@nestjs/common';
import { Database, advisoryLockSql } from '#database';
import type { TenantVersion } from '../population/tenant-population.repository.js';
import type { PartialSettings, SettersByName, SettingName } from '#settings';
import type { BulkOperationItemEntity } from './bulk-operation.entity.js';
import type { BulkItem, BulkOutcome } from './bulk-operation.js';
import type { AffectedGroup } from './bulk-evaluation.js';

interface ChunkFilter {
  readonly operationId: string;
  readonly kind: 'update' | 'revert';
  /** The settings that the patch names. */
  readonly fields: readonly SettingName[];
  /** The last tenant of the previous chunk; empty for the first chunk. */
  readonly after: string;
  readonly size: number;
}

type BulkItemRow = Pick<BulkOperationItemEntity, keyof BulkItem>;

type AffectedGroupRow = Omit<AffectedGroup, 'tenants'> & {
  readonly first: string;
  readonly last: string;
  readonly tenant_ids: readonly TenantVersion['tenant_id'][];
  readonly versions: readonly TenantVersion['version'][];
};

/** The next tenants of an operation. `first` and `last` follow the database's sort order, which depends on its locale. */
export interface Chunk {
  readonly groups: readonly AffectedGroup[];
  readonly first: string;
  readonly last: string;
}

type ChunkRange = Pick<Chunk, 'first' | 'last'>;

/** One configuration to write for several tenants. */
export interface GroupWrite {
  readonly tenants: readonly TenantVersion[];
  readonly settings: PartialSettings;
  readonly set_by: SettersByName;
}

export interface GroupOutcome {
  readonly tenants: readonly TenantVersion[];
  readonly outcome: BulkOutcome;
  readonly detail: string | null;
}

export interface BulkItemFilter {
  readonly operationId: string;
  readonly outcome: BulkOutcome | null;
  /** The last tenant of the previous page. */
  readonly after: string | null;
  readonly limit: number;
}

const lockTimeout = '8s';

/** Reads and writes the items of bulk operations, and writes many configurations at once. Every method runs in the caller's transaction. */
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

  /** The next tenants without an outcome, in groups that the operation treats alike. */
  async findNextChunk({ operationId, kind, fields, after, size }: ChunkFilter): Promise<Chunk> {
    const sql = `
      WITH chunk AS MATERIALIZED (
        SELECT i.tenant_id, i.base_version
        FROM bulk_operation_items i JOIN tenant_configurations USING (tenant_id)
        WHERE i.operation_id = $1 AND i.outcome IS NULL AND i.tenant_id > $2 ORDER BY i.tenant_id LIMIT $3)
      SELECT t.plan, c.settings, c.set_by, c.override_allowed, t.approval_required, p.settings AS previous,
        p.set_by AS previous_set_by, m.conflicts,
        (SELECT min(tenant_id) FROM chunk) AS first, (SELECT max(tenant_id) FROM chunk) AS last,
        array_agg(i.tenant_id ORDER BY i.tenant_id) AS tenant_ids, array_agg(c.version::float8 ORDER BY i.tenant_id) AS versions
      FROM chunk i
      JOIN tenant_configurations c ON c.tenant_id = i.tenant_id
      JOIN tenants t ON t.tenant_id = i.tenant_id
      LEFT JOIN tenant_configuration_history p
        ON $5::boolean AND p.tenant_id = i.tenant_id AND p.version = i.base_version - 1
      CROSS JOIN LATERAL (SELECT CASE WHEN c.version <> i.base_version THEN (
        SELECT array_agg(field) FROM tenant_configuration_history b CROSS JOIN unnest($4::text[]) field
        WHERE b.tenant_id = i.tenant_id AND b.version = i.base_version
          AND (b.settings -> field) IS DISTINCT FROM (c.settings -> field)) END AS conflicts) m
      GROUP BY 1, 2, 3, 4, 5, 6, 7, 8`;
    const values = [operationId, after, size, fields, kind === 'revert'];
    const rows = await this.database.query<AffectedGroupRow>(sql, values);
    const { first = '', last = '' } = rows[0] ?? {};
    return { groups: rows.map(toAffectedGroup), first, last };
  }

  /** Returns the ids of the tenants that were written. A tenant whose version changed meanwhile is skipped. Reads only the chunk's range of the table. */
  async writeConfigurations(
    writes: readonly GroupWrite[],
    { first, last }: ChunkRange,
  ): Promise<ReadonlySet<string>> {
    const sql = 'SELECT attune_write_configurations($1, $2, $3, $4::jsonb, $5::jsonb, $6, $7) AS tenant_id';
    const settings = JSON.stringify(writes.map((each) => each.settings));
    const setBy = JSON.stringify(writes.map((each) => each.set_by));
    const values = [...toColumns(writes), settings, setBy, first, last];
    const rows = await this.database.query<Pick<BulkOperationItemEntity, 'tenant_id'>>(sql, values);
    return new Set(rows.map(({ tenant_id: tenantId }) => tenantId));
  }

  /**
   * True if the tenants still have the plan that they were evaluated with, and still need no approval. Call it after their
   * configurations are written, and so locked. The result holds until the transaction ends.
   */
  async stillMatchesEvaluation(
    tenants: readonly { readonly tenant_id: string; readonly plan: string }[],
  ): Promise<boolean> {
    const sql = `WITH locked_tenants AS (
        SELECT tenant_id, plan, approval_required FROM tenants WHERE tenant_id = ANY($1) ORDER BY tenant_id FOR SHARE)
      SELECT FROM locked_tenants l JOIN unnest($1::text[], $2::text[]) AS evaluated (tenant_id, plan) USING (tenant_id)
      WHERE l.approval_required OR l.plan <> evaluated.plan LIMIT 1`;
    const values = [tenants.map(({ tenant_id: id }) => id), tenants.map(({ plan }) => plan)];
    return (await this.database.query(sql, values)).length === 0;
  }

  /** Stores outcome, detail and version of each tenant of the chunk. */
  async recordOutcomes(
    operationId: string,
    groupOutcomes: readonly GroupOutcome[],
    { first, last }: ChunkRange,
  ): Promise<void> {
    const sql = `UPDATE bulk_operation_items i
      SET outcome = ($5::text[])[u.at + 1], detail = ($6::text[])[u.at + 1],
        version = u.version + CASE ($5::text[])[u.at + 1] WHEN 'updated' THEN 1 ELSE 0 END
      FROM unnest($2::text[], $3::bigint[], $4::int[]) AS u (tenant_id, version, at)
      WHERE i.operation_id = $1 AND i.tenant_id = u.tenant_id AND i.tenant_id BETWEEN $7 AND $8`;
    const outcomes = groupOutcomes.map(({ outcome }) => outcome);
    const details = groupOutcomes.map(({ detail }) => detail);
    await this.database.query(sql, [
      operationId,
      ...toColumns(groupOutcomes),
      outcomes,
      details,
      first,
      last,
    ]);
  }

  /** In the order of the tenants' ids. */
  list({ operationId, outcome, after, limit }: BulkItemFilter): Promise<BulkItem[]> {
    const sql = `SELECT tenant_id, outcome, version::float8 AS version, detail FROM bulk_operation_items
      WHERE operation_id = $1 AND ($2::text IS NULL OR outcome = $2) AND ($3::text IS NULL OR tenant_id > $3)
      ORDER BY tenant_id LIMIT $4`;
    return this.database.query<BulkItemRow>(sql, [operationId, outcome, after, limit]);
  }
}

function toAffectedGroup({
  tenant_ids: ids,
  versions,
  first: _first,
  last: _last,
  ...shared
}: AffectedGroupRow): AffectedGroup {
  return { ...shared, tenants: ids.map((tenant_id, index) => ({ tenant_id, version: versions[index]! })) };
}

/** Columns of tenant ids, versions, and indexes of their groups, from 0. */
function toColumns(groups: readonly { readonly tenants: readonly TenantVersion[] }[]): unknown[] {
  const rows = groups.flatMap(({ tenants }, index) => tenants.map((tenant) => ({ ...tenant, at: index })));
  return [
    rows.map(({ tenant_id: tenantId }) => tenantId),
    rows.map(({ version }) => version),
    rows.map(({ at }) => at),
  ];
}
