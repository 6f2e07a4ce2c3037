import type { LoggerService } from '@nestjs/common';
import { SystemClock, type Clock } from '#kernel';

const apartMs = 10_000;

/** Warns at most every 10 s, and then says how many warnings it kept to itself. */
export class SeldomWarning {
  private silentUntil = 0;
  private kept = 0;

  constructor(
    private readonly logger: Pick<LoggerService, 'warn'>,
    private readonly clock: Clock = new SystemClock(),
  ) {}

  warn(message: string): void {
    const now = this.clock.now();
    if (now < this.silentUntil) {
      this.kept += 1;
      return;
    }
    this.logger.warn(this.kept === 0 ? message : `${message} (and ${this.kept} warnings before)`);
    this.silentUntil = now + apartMs;
    this.kept = 0;
  }
}
