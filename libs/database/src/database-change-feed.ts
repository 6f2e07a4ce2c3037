import type { Database } from './database.js';
import type { CommittedChange } from './transaction/open-transaction.js';
import { allTenants } from './transaction/transaction-scope.js';

/** Where the next read continues, and whether changes were missed since the last one. */
interface FeedReading {
  readonly position: string;
  readonly continuity: 'continued' | 'gap' | 'restored';
  readonly pinned: number;
}

interface FeedRow extends CommittedChange {
  readonly at: string;
  readonly ageMs: number;
}

interface FeedPageRow {
  readonly lineage: string;
  readonly snapshot: string;
  readonly pinned: number;
  readonly is_gap: boolean;
  readonly is_before: boolean;
  readonly changes: readonly FeedRow[] | null;
}

/** The database that was read, and the transactions that the reader has seen. */
interface DecodedPosition {
  readonly lineage: string;
  readonly snapshot: string;
}

const pageSize = 5_000;
/** The timeline is the first part of the name of a WAL file. */
const lineageSql = `s.system_identifier || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8) || '/' || d.oid
    || '/' || pg_relation_filenode('change_feed')`;
const beforeFirstRow = ['0', '', ''] as const;

/**
 * Reads the changes of transactions that snapshot $1 does not see: those that began after it, and those that ran when it was
 * taken. It is one statement, so that the rows, the horizon and the new snapshot are consistent; $2 to $4 are the last row of
 * the previous page. The lineage identifies one history of one database: a restored cluster has another system identifier or
 * timeline, a re-created database has another oid, and a re-created feed is stored in another file.
 *
 * A restored dump has the feed of the server that wrote it. If that server had more transactions, their ids are not used here
 * yet: they are no changes of this history.
 */
const pageSql = `SELECT
  ${lineageSql} AS lineage,
  pg_current_snapshot()::text AS snapshot,
  (pg_snapshot_xmax(pg_current_snapshot())::text::numeric - pg_snapshot_xmin(pg_current_snapshot())::text::numeric)::float8 AS pinned,
  (SELECT pg_snapshot_xmin($1::pg_snapshot) <= pruned_through AND pruned_through < pg_snapshot_xmax(pg_current_snapshot())
    FROM change_feed_horizon) AS is_gap,
  pg_snapshot_xmax(pg_current_snapshot()) < pg_snapshot_xmax($1::pg_snapshot) AS is_before,
  (SELECT json_agg(f) FROM (
    SELECT transaction_id::text AS at, kind, key, version, gone,
      (extract(epoch FROM clock_timestamp() - changed_at) * 1000)::float8 AS "ageMs" FROM change_feed
    WHERE (transaction_id >= pg_snapshot_xmax($1::pg_snapshot)
        OR transaction_id = ANY (ARRAY(SELECT pg_snapshot_xip($1::pg_snapshot))))
      AND transaction_id < pg_snapshot_xmax(pg_current_snapshot())
      AND (transaction_id, kind, key) > ($2::xid8, $3, $4)
    ORDER BY transaction_id, kind, key LIMIT ${pageSize}) f) AS changes
  FROM pg_control_system() s, pg_database d WHERE d.datname = current_database()`;

/** Returns the current position without any change, for a reader that has none yet. */
const currentPositionSql = `SELECT ${lineageSql} AS lineage,
  pg_current_snapshot()::text AS snapshot, 0::float8 AS pinned, false AS is_gap, false AS is_before, NULL AS changes
  FROM pg_control_system() s, pg_database d WHERE d.datname = current_database()`;

/** Reads the change feed, which the database's triggers write. It implements the port `ChangeFeed` of the cache. */
export class DatabaseChangeFeed {
  constructor(private readonly database: Database) {}

  /**
   * Passes the changes since the position `from` to `onPage`, in pages. `from` is null at the first read, which returns only the
   * position. `continuity` is `gap` if changes were pruned before they were read, and `restored` if the position belongs to
   * another history; then no change is passed. `pinned` is the number of transaction ids
   * from the oldest running transaction to the newest.
   *
   * @throws UnavailableError when the database cannot be reached.
   */
  async read(
    from: string | null,
    onPage: (changes: readonly CommittedChange[]) => void,
  ): Promise<FeedReading> {
    if (from === null) return toReading(await this.queryPage(currentPositionSql, []));
    const previous = JSON.parse(from) as DecodedPosition;
    const firstPage = await this.queryPage(pageSql, [previous.snapshot, ...beforeFirstRow]);
    const reading = toReading(firstPage, previous);
    // The changes of another history mean nothing to this reader.
    if (reading.continuity !== 'restored') await this.passOnPages(firstPage.changes ?? [], previous, onPage);
    return reading;
  }

  /** How many changes were committed since the position, at most 10,000. @throws UnavailableError when the database cannot be reached. */
  async countSince(position: string): Promise<number> {
    const { snapshot } = JSON.parse(position) as DecodedPosition;
    const sql = `SELECT count(*)::integer AS count FROM (SELECT FROM change_feed
      WHERE transaction_id >= pg_snapshot_xmax($1::pg_snapshot) LIMIT 10000) f`;
    const [row] = await this.database.readAsPlatform(allTenants, () =>
      this.database.query<{ count: number }>(sql, [snapshot]),
    );
    return row!.count;
  }

  /** Deletes changes older than a day. @throws UnavailableError when the database cannot be reached. */
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

/** The position is that of the first page. Changes that a later page saw beyond it are read again, which does no harm. */
function toReading(
  { lineage, snapshot, pinned, is_gap: isGap, is_before: isBefore }: FeedPageRow,
  previous?: DecodedPosition,
): FeedReading {
  const position = JSON.stringify({ lineage, snapshot } satisfies DecodedPosition);
  // The database has fewer transactions than this reader has seen: the newest were lost, and their ids will be used again.
  const isOtherHistory = previous !== undefined && (previous.lineage !== lineage || isBefore);
  if (isOtherHistory) return { position, continuity: 'restored', pinned };
  return { position, continuity: isGap ? 'gap' : 'continued', pinned };
}
