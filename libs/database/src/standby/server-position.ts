import type { TransactionRunner } from '../transaction/transaction-runner.js';

/** Which history a server has, and how far: a primary what it has committed, a standby what it has replayed. */
export interface ServerPosition {
  readonly isStandby: boolean;
  /** The cluster and the database in it. A standby has those of its primary. */
  readonly database: string;
  /** Rises with each promotion. */
  readonly timeline: number;
  /** A position in the write-ahead log, in bytes. */
  readonly wal: bigint;
}

export interface ServerPositionRow {
  readonly is_standby: boolean;
  readonly database: string;
  readonly timeline: number;
  readonly wal: string;
}

/**
 * A commit is confirmed once it is flushed, unless the server confirms it earlier: then everything inserted counts. A standby does not
 * know the timeline that it replays, only that of its last restart point.
 */
export const positionSql = `SELECT pg_is_in_recovery() AS is_standby, s.system_identifier || '/' || d.oid AS database,
    CASE WHEN pg_is_in_recovery() THEN c.timeline_id
      ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer END AS timeline,
    (CASE WHEN pg_is_in_recovery() THEN coalesce(pg_last_wal_replay_lsn(), '0/0')
      WHEN current_setting('synchronous_commit') = 'off' THEN pg_current_wal_insert_lsn()
      ELSE pg_current_wal_flush_lsn() END - '0/0'::pg_lsn)::text AS wal
  FROM pg_control_system() s, pg_control_checkpoint() c, pg_database d WHERE d.datname = current_database()`;

export function toPosition({ is_standby: isStandby, wal, ...row }: ServerPositionRow): ServerPosition {
  return { ...row, isStandby, wal: BigInt(wal) };
}

/** Reads the position of the server on which the caller's transaction is open. */
export async function readPosition(transactions: TransactionRunner): Promise<ServerPosition> {
  const rows = (await transactions.current.runner.query(positionSql)) as ServerPositionRow[];
  return toPosition(rows[0]!);
}

/** True if the standby has everything that the primary had committed. */
export function hasReplayed(standby: ServerPosition, primary: ServerPosition): boolean {
  return findMismatch(standby, primary) === null && standby.wal >= primary.wal;
}

/** Why the server cannot stand in for the primary, however far it is; null if it can. */
export function findMismatch(server: ServerPosition, primary: ServerPosition): 'server' | 'timeline' | null {
  if (!server.isStandby || server.database !== primary.database) return 'server';
  return server.timeline === primary.timeline ? null : 'timeline';
}
