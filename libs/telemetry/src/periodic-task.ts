import { OutageLog } from './outage-log.js';
import type { LoggerService } from '@nestjs/common';

/** A task, its interval in milliseconds, and how its failures are logged. */
export interface PeriodicTaskOptions {
  readonly intervalMs: number;
  readonly logger: Pick<LoggerService, 'log' | 'warn' | 'error'>;
  /** The warning when a run fails after one that succeeded; it contains the error. */
  readonly failure: string;
  run(): Promise<void>;
}

/**
 * Runs a task again and again, never twice at once: if a run takes longer than the interval, the next one waits for a later
 * tick. A failed run is logged once, until one succeeds again, and the task continues. The timer does not keep the process
 * alive.
 *
 * ```ts
 * const options = { intervalMs: 1_000, logger, failure: 'The ledger was not swept.' };
 * const task = new PeriodicTask({ ...options, run: async () => undefined });
 * task.start(); // in onApplicationBootstrap
 * await task.stop(); // in beforeApplicationShutdown
 * ```
 */
export class PeriodicTask {
  private readonly outage: OutageLog;
  private timer: NodeJS.Timeout | undefined;
  private currentRun: Promise<void> | null = null;

  constructor(private readonly options: PeriodicTaskOptions) {
    this.outage = new OutageLog(options.logger);
  }

  /** The first run begins after one interval. Does nothing if the task was started before. */
  start(): void {
    this.timer ??= setInterval(() => void this.runNow(), this.options.intervalMs).unref();
  }

  /** Ends the timer. Resolves when the run under way has ended. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.currentRun;
  }

  /** Runs now, or waits for the run under way. Never rejects. */
  runNow(): Promise<void> {
    this.currentRun ??= this.runOnce().finally(() => (this.currentRun = null));
    return this.currentRun;
  }

  private async runOnce(): Promise<void> {
    try {
      await this.options.run();
      this.outage.recordRecovery();
    } catch (err) {
      this.outage.recordFailure(this.options.failure, { err });
    }
  }
}
