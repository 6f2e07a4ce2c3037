import type { Database } from './database.js';
import type { CommittedChange } from './transaction/open-transaction.js';
import { allTenants } from './transaction/transaction-scope.js';

/** What a reading found, and where to go on. */
interface FeedReading {
  readonly position: string;
  readonly continuity: 'continued' | 'gap' | 'restored';
  readonly pinned: number;
}

interface FeedRow extends CommittedChange {
  readonly at: string;
}

interface FeedPageRow {
  readonly lineage: string;
  readonly snapshot: string;
  readonly pinned: number;
  readonly is_gap: boolean;
  readonly is_before: boolean;
  readonly changes: readonly FeedRow[] | null;
}

/** Of a position: the database it is in, and the transactions that were seen. */
interface DecodedPosition {
  readonly lineage: string;
  readonly snapshot: string;
}

const pageSize = 5_000;
/** The timeline is the first part of the log's file name. */
const lineageSql = `s.system_identifier || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8) || '/' || d.oid`;
const beforeFirstRow = ['0', '', ''] as const;

/**
 * What is new since snapshot $1: of transactions that it does not see, that is those at or past its end and those that ran
 * when it was taken. One statement, so that rows, horizon and the new snapshot belong together; $2 to $4 are the last row of
 * the page before. The lineage names this history of this database: a restored cluster has another system identifier or
 * timeline, a database made anew another oid.
 */
const pageSql = `SELECT
  ${lineageSql} AS lineage,
  pg_current_snapshot()::text AS snapshot,
  (pg_snapshot_xmax(pg_current_snapshot())::text::numeric - pg_snapshot_xmin(pg_current_snapshot())::text::numeric)::float8 AS pinned,
  (SELECT pg_snapshot_xmin($1::pg_snapshot) <= pruned_through FROM change_feed_horizon) AS is_gap,
  pg_snapshot_xmax(pg_current_snapshot()) < pg_snapshot_xmax($1::pg_snapshot) AS is_before,
  (SELECT json_agg(f) FROM (
    SELECT transaction_id::text AS at, kind, key, version, gone FROM change_feed
    WHERE (transaction_id >= pg_snapshot_xmax($1::pg_snapshot)
        OR transaction_id = ANY (ARRAY(SELECT pg_snapshot_xip($1::pg_snapshot))))
      AND (transaction_id, kind, key) > ($2::xid8, $3, $4)
    ORDER BY transaction_id, kind, key LIMIT ${pageSize}) f) AS changes
  FROM pg_control_system() s, pg_database d WHERE d.datname = current_database()`;

/** With no position yet: nothing is new. */
const currentPositionSql = `SELECT ${lineageSql} AS lineage,
  pg_current_snapshot()::text AS snapshot, 0::float8 AS pinned, false AS is_gap, false AS is_before, NULL AS changes
  FROM pg_control_system() s, pg_database d WHERE d.datname = current_database()`;

/** The change feed that the database's triggers write, for the cache (it declares the port that this fills). */
export class DatabaseChangeFeed {
  constructor(private readonly database: Database) {}

  async read(
    from: string | null,
    onPage: (changes: readonly CommittedChange[]) => void,
  ): Promise<FeedReading> {
    if (from === null) return toReading(await this.queryPage(currentPositionSql, []));
    const previous = JSON.parse(from) as DecodedPosition;
    const firstPage = await this.queryPage(pageSql, [previous.snapshot, ...beforeFirstRow]);
    const reading = toReading(firstPage, previous);
    // Another history's changes mean nothing to who asks.
    if (reading.continuity !== 'restored') await this.passOnPages(firstPage.changes ?? [], previous, onPage);
    return reading;
  }

  async prune(): Promise<void> {
    while ((await this.pruneBatch()) > 0);
  }

  private async passOnPages(
    firstChanges: readonly FeedRow[],
    { snapshot }: DecodedPosition,
    onPage: (changes: readonly CommittedChange[]) => void,
  ): Promise<void> {
    let changes = firstChanges;
    while (changes.length > 0) {
      onPage(changes);
      if (changes.length < pageSize) return;
      const { at, kind, key } = changes.at(-1)!;
      changes = (await this.queryPage(pageSql, [snapshot, at, kind, key])).changes ?? [];
    }
  }

  private async queryPage(sql: string, values: readonly string[]): Promise<FeedPageRow> {
    const rows = await this.database.readAsPlatform(allTenants, () =>
      this.database.query<FeedPageRow>(sql, values),
    );
    return rows[0]!;
  }

  private async pruneBatch(): Promise<number> {
    const sql = 'SELECT attune_prune_change_feed() AS pruned';
    const [row] = await this.database.asPlatform(allTenants, () =>
      this.database.query<{ pruned: number }>(sql),
    );
    return row?.pruned ?? 0;
  }
}

/** The first page's snapshot: whatever a later page saw beyond it is read again, and does no harm. */
function toReading(
  { lineage, snapshot, pinned, is_gap: isGap, is_before: isBefore }: FeedPageRow,
  previous?: DecodedPosition,
): FeedReading {
  const position = JSON.stringify({ lineage, snapshot } satisfies DecodedPosition);
  // Fewer transactions than were seen already: the newest were lost, and their numbers will be used again.
  const isOtherHistory = previous !== undefined && (previous.lineage !== lineage || isBefore);
  if (isOtherHistory) return { position, continuity: 'restored', pinned };
  return { position, continuity: isGap ? 'gap' : 'continued', pinned };
}
