import type { LoggerService } from '@nestjs/common';
import { SystemClock, type Clock } from '#kernel';

const minIntervalMs = 10_000;

/** Warns at most every 10 s, and then says how many warnings it kept to itself. */
export class ThrottledWarning {
  private suppressedUntil = 0;
  private suppressedCount = 0;

  constructor(
    private readonly logger: Pick<LoggerService, 'warn'>,
    private readonly clock: Clock = new SystemClock(),
  ) {}

  warn(message: string): void {
    const now = this.clock.now();
    if (now < this.suppressedUntil) {
      this.suppressedCount += 1;
      return;
    }
    this.logger.warn(
      this.suppressedCount === 0 ? message : `${message} (and ${this.suppressedCount} warnings before)`,
    );
    this.suppressedUntil = now + minIntervalMs;
    this.suppressedCount = 0;
  }
}
