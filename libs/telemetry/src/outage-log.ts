import type { LoggerService } from '@nestjs/common';
import { type Clock, SystemClock } from '#kernel';

/** How an outage is logged. */
export interface OutageLogOptions {
  /** The line at level `info` when the outage ends; without it, the end is not logged. */
  readonly recovery?: string;
  /** Repeats the warning after this time if the failures continue, and counts those not logged. Default: never. */
  readonly repeatEveryMs?: number;
  readonly clock?: Clock;
}

/** What a failure adds to its line. */
export interface FailureDetails {
  /** `error` if an operator has to mend something. Default: `warn`. */
  readonly level?: 'warn' | 'error';
  /** Failures of different kinds are logged once each. Default: all failures are of one kind. */
  readonly kind?: string;
  /** Added to the line, with its stack. */
  readonly err?: unknown;
}

/** When a failure of one kind was last logged, and how many followed that were not. */
interface LoggedFailure {
  readonly loggedAt: number;
  suppressedCount: number;
}

/**
 * Logs an outage once when it begins and once when it ends, however often the failing call is repeated in between.
 *
 * ```ts
 * const outage = new OutageLog(logger, { recovery: 'Redis answers again.' });
 * outage.recordFailure('Redis does not answer.'); // one line, at the first of many failures
 * outage.recordRecovery(); // one line, at the first of many successes
 * ```
 */
export class OutageLog {
  /** The failures of each kind since the outage began. */
  private readonly failures = new Map<string, LoggedFailure>();
  private readonly clock: Clock;

  constructor(
    private readonly logger: Pick<LoggerService, 'log' | 'warn' | 'error'>,
    private readonly options: OutageLogOptions = {},
  ) {
    this.clock = options.clock ?? new SystemClock();
  }

  /** Call it at every failure. */
  recordFailure(message: string, { level = 'warn', kind = '', err }: FailureDetails = {}): void {
    const previous = this.failures.get(kind);
    if (previous && !this.isDue(previous)) {
      previous.suppressedCount += 1;
      return;
    }
    this.failures.set(kind, { loggedAt: this.clock.now(), suppressedCount: 0 });
    const line = `${message}${describeSuppressed(previous)}`;
    if (err === undefined) this.logger[level](line);
    else this.logger[level]({ err }, line);
  }

  /** Call it at every success. */
  recordRecovery(): void {
    if (this.failures.size === 0) return;
    this.failures.clear();
    if (this.options.recovery !== undefined) this.logger.log(this.options.recovery);
  }

  private isDue({ loggedAt }: LoggedFailure): boolean {
    const { repeatEveryMs = Infinity } = this.options;
    return this.clock.now() - loggedAt >= repeatEveryMs;
  }
}

function describeSuppressed(failure: LoggedFailure | undefined): string {
  return failure?.suppressedCount ? ` (${failure.suppressedCount} more before)` : '';
}
