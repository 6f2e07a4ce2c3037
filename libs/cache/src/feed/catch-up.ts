import { AsyncLocalStorage } from 'node:async_hooks';
import { Logger } from '@nestjs/common';
import type { Change } from '../bus/change-bus.js';
import { SeldomWarning } from '../bus/seldom-warning.js';
import type { ChangeFeed, FeedPosition, FeedReading } from './change-feed.js';

export interface Follower {
  /** Committed changes, some of them known already. */
  changed(changes: readonly Change[]): void;
  /** Changes may be missing that nobody will tell. */
  missed(continuity: 'gap' | 'elsewhere'): void;
  /** The feed was read to its end, or could not be read. */
  followed(isFollowed: boolean): void;
}

/** How often the feed is read as long as messages arrive, and while they may be lost. */
const usualMs = 2_000;
const inDoubtMs = 1_000;
const pruneEveryMs = 3_600_000;

/**
 * Reads the change feed again and again, so that no change stays unknown whatever becomes of messages. Messages make
 * changes fast; this makes them certain.
 */
export class CatchUp {
  /** For metrics. */
  readonly counters = { runs: 0, failures: 0, changes: 0, resets: 0 };
  readonly last = { pinned: 0 };
  private readonly warning = new SeldomWarning(new Logger(CatchUp.name));
  private position: FeedPosition | null = null;
  private running: Promise<void> | null = null;
  private isAskedAgain = false;
  private isInDoubt = true;
  private isClosed = false;
  private timer: NodeJS.Timeout | undefined;
  /** Readings belong to nobody's request or transaction, whoever asked for one. */
  private readonly apart = AsyncLocalStorage.snapshot();
  private prunedAt = Date.now() - Math.random() * pruneEveryMs;

  constructor(
    private readonly feed: ChangeFeed,
    private readonly follower: Follower,
  ) {}

  /** Reads now; a reading under way may have begun too early, so another follows it. Never rejects. */
  async now(): Promise<void> {
    if (this.isClosed) return;
    if (this.running === null) this.running = this.apart(() => this.runAll());
    else this.isAskedAgain = true;
    return this.running;
  }

  /** While messages may be lost, the feed is read twice as often, from this moment on. */
  doubt(isInDoubt: boolean): void {
    this.isInDoubt = isInDoubt;
    void this.now();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private async runAll(): Promise<void> {
    clearTimeout(this.timer);
    do {
      this.isAskedAgain = false;
      await this.run();
    } while (this.isAskedAgain && !this.isClosed);
    // At once, so that whoever asks from here on is not taken for somebody who asked in time.
    this.running = null;
    if (this.isClosed) return;
    this.timer = setTimeout(() => void this.now(), this.isInDoubt ? inDoubtMs : usualMs).unref();
  }

  private async run(): Promise<void> {
    this.counters.runs += 1;
    try {
      const reading = await this.feed.read(this.position, (changes) => this.pass(changes));
      this.finish(reading);
      this.pruneSeldom();
    } catch (error) {
      this.counters.failures += 1;
      this.warning.warn(`The change feed cannot be read (${String(error)}); what is held may be stale.`);
      this.follower.followed(false);
    }
  }

  private pass(changes: readonly Change[]): void {
    this.counters.changes += changes.length;
    this.follower.changed(changes);
  }

  /** What was held before the first reading was loaded from who knows when: it counts as missed. */
  private finish(reading: FeedReading): void {
    const isFirst = this.position === null;
    this.position = reading.position;
    this.last.pinned = reading.pinned;
    if (isFirst) this.follower.missed('gap');
    else if (reading.continuity !== 'continued') {
      this.counters.resets += 1;
      this.follower.missed(reading.continuity);
    }
    this.follower.followed(true);
  }

  /** Beside the readings, which must not wait for it. */
  private pruneSeldom(): void {
    if (Date.now() - this.prunedAt < pruneEveryMs) return;
    this.prunedAt = Date.now();
    this.feed.prune().catch((error: unknown) => {
      new Logger(CatchUp.name).warn(`The change feed could not be pruned (${String(error)}).`);
    });
  }
}
