import { Logger } from '@nestjs/common';
import { DomainError } from '#kernel';
import { OutageLog } from '#telemetry';
import { isCancelled, outageReasonOf, sqlStateOf } from './connection-errors.js';
import { explainConnectionError } from './connection-problem.js';

const refusalRepeatMs = 60_000;

type AvailabilityListener = (isAvailable: boolean) => void;

interface AvailabilityState {
  readonly isAvailable: boolean;
  readonly since: Date;
  /** Why the database cannot be reached, without the host's name; null while it can. */
  readonly reason: string | null;
}

/**
 * Whether this process can reach the database. This class is for the embedded database, which is always available;
 * `AvailabilityMonitor` extends it for a server.
 *
 * ```ts
 * database.availability.onChange((isAvailable) => process.stdout.write(isAvailable ? 'up' : 'down'));
 * ```
 */
export class DatabaseAvailability {
  private readonly listeners: AvailabilityListener[] = [];
  private state: AvailabilityState;
  private isDiskFull = false;
  private readonly diskLog = new OutageLog(new Logger('database'), {
    recovery: 'The database can write again.',
  });

  private readonly refusalLog = new OutageLog(new Logger('database'), { repeatEveryMs: refusalRepeatMs });

  constructor(
    reason: string | null = null,
    private readonly variable = 'DATABASE_URL',
  ) {
    this.state = { isAvailable: reason === null, since: new Date(), reason };
  }

  /** True if the last probe or statement could reach the database. */
  get isAvailable(): boolean {
    return this.state.isAvailable;
  }

  /** When `isAvailable` last changed. */
  get since(): Date {
    return this.state.since;
  }

  /** Why the database cannot be reached, without the host's name; null while it can. */
  get reason(): string | null {
    return this.state.reason;
  }

  /** Calls `listener` at each change from now on, not for the present state. */
  onChange(listener: AvailabilityListener): void {
    this.listeners.push(listener);
  }

  /** Probes now instead of at the next interval, and returns whether the database is available. Never rejects. */
  checkNow(): Promise<boolean> {
    return Promise.resolve(this.isAvailable);
  }

  /** True if the error is an outage. Then the database counts as unavailable until the next probe succeeds. */
  reportFailure(_error: unknown): boolean {
    return false;
  }

  /** Called when the server answers, but lets no transaction begin or cancels a statement: an operator may have to mend its set-up. */
  reportRefusal(error: unknown): void {
    if (!(error instanceof Error) || error instanceof DomainError || outageReasonOf(error) !== null) return;
    const { message } = explainConnectionError(this.variable, error) as Error;
    const level = isCancelled(error) ? 'warn' : 'error';
    this.refusalLog.recordFailure(`The database refuses work: ${message}`, {
      level,
      kind: sqlStateOf(error) ?? '',
    });
  }

  /** True if the last change failed because the database's disk is full. It can be reached, and reads work. */
  get hasFullDisk(): boolean {
    return this.isDiskFull;
  }

  /** Called when a change failed because the disk is full, and after each change that was written. */
  reportDisk(isFull: boolean): void {
    this.isDiskFull = isFull;
    if (isFull)
      this.diskLog.recordFailure('The disk of the database is full: changes and queries fail.', {
        level: 'error',
      });
    else this.diskLog.recordRecovery();
  }

  protected update(reason: string | null): void {
    const isAvailable = reason === null;
    const hasChanged = isAvailable !== this.isAvailable;
    this.state = { isAvailable, since: hasChanged ? new Date() : this.since, reason };
    if (hasChanged) for (const listener of this.listeners) listener(isAvailable);
  }
}
