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
  private readonly loggedAt = new Map<string, number>();
  private readonly clock: Clock;
  private suppressedCount = 0;

  constructor(
    private readonly logger: Pick<LoggerService, 'log' | 'warn' | 'error'>,
    private readonly options: OutageLogOptions = {},
  ) {
    this.clock = options.clock ?? new SystemClock();
  }

  /** Call it at every failure. */
  recordFailure(message: string, { level = 'warn', kind = '', err }: FailureDetails = {}): void {
    if (!this.isDue(kind)) {
      this.suppressedCount += 1;
      return;
    }
    const line = this.suppressedCount === 0 ? message : `${message} (${this.suppressedCount} more before)`;
    this.loggedAt.set(kind, this.clock.now());
    this.suppressedCount = 0;
    if (err === undefined) this.logger[level](line);
    else this.logger[level]({ err }, line);
  }

  /** Call it at every success. */
  recordRecovery(): void {
    if (this.loggedAt.size === 0) return;
    this.loggedAt.clear();
    this.suppressedCount = 0;
    if (this.options.recovery !== undefined) this.logger.log(this.options.recovery);
  }

  private isDue(kind: string): boolean {
    const loggedAt = this.loggedAt.get(kind);
    const { repeatEveryMs = Infinity } = this.options;
    return loggedAt === undefined || this.clock.now() - loggedAt >= repeatEveryMs;
  }
}
