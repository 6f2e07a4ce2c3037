import { type ServerCheck, StandbyServerError, UnusableServerError } from '../availability/server-probe.js';
import {
  type ServerPosition,
  type ServerPositionRow,
  findMismatch,
  positionSql,
  toPosition,
} from './server-position.js';

const maxLagMs = 5_000;

/** The standby answers, and has not replayed what the primary committed some time ago. */
class StandbyBehindError extends UnusableServerError {
  constructor() {
    super('The standby is behind the primary.');
  }
}

/** Compares what the probe of each server reads. So a standby is known to be wrong or late before a read is sent to it. */
export class StandbyComparison {
  private primary: ServerPosition | null = null;
  /** How far the primary was, and when. The standby is not there yet. */
  private awaited: { readonly wal: bigint; readonly since: number } | null = null;

  /** For the probe of the primary. */
  readonly primaryCheck: ServerCheck<ServerPositionRow> = {
    sql: positionSql,
    verify: (row) => {
      if (row.is_standby) throw new StandbyServerError();
      this.primary = toPosition(row);
    },
  };

  /** For the probe of the standby. */
  readonly standbyCheck: ServerCheck<ServerPositionRow> = {
    sql: positionSql,
    verify: (row) => {
      if (this.primary !== null) this.compare(toPosition(row), this.primary);
    },
  };

  /** @throws StandbyBehindError, or an Error that says what to mend. */
  private compare(standby: ServerPosition, primary: ServerPosition): void {
    const mismatch = findMismatch(standby, primary);
    if (mismatch === 'server') throw wrongServerError(standby);
    this.awaited ??= { wal: primary.wal, since: performance.now() };
    const hasCaughtUp = standby.wal >= this.awaited.wal || standby.wal >= primary.wal;
    if (mismatch === null && hasCaughtUp) this.awaited = null;
    else if (performance.now() - this.awaited.since > maxLagMs) throw new StandbyBehindError();
  }
}

function wrongServerError({ isStandby }: ServerPosition): Error {
  const problem = isStandby ? 'follows another database' : 'is no standby';
  return new Error(`DATABASE_READ_URL: the server ${problem}; name a standby of the one in DATABASE_URL.`);
}
