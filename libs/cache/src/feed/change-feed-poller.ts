import { AsyncLocalStorage } from 'node:async_hooks';
import { Logger } from '@nestjs/common';
import { type Clock, SystemClock } from '#kernel';
import { OutageLog } from '#telemetry';
import type { ChangeFeed, FeedChange, FeedPosition, FeedReading } from './change-feed.js';

export interface FeedListener {
  /** Committed changes; some may be known already. */
  onChanges(changes: readonly FeedChange[]): void;
  /** Changes may be missing that no later read will return. */
  onChangesMissed(continuity: 'gap' | 'restored'): void;
  /** True: the feed was read to its end. False: it could not be read. */
  onFeedRead(isCurrent: boolean): void;
}

/** Intervals between reads while messages arrive, and while they may be lost. */
const defaultPollIntervalMs = 2_000;
const degradedPollIntervalMs = 1_000;
const pruneIntervalMs = 3_600_000;

/** Polls the change feed, so that every change is found even if its message was lost. Messages are fast; the feed is certain. */
export class ChangeFeedPoller {
  /** For metrics. */
  readonly counters = { runs: 0, failures: 0, changes: 0, resets: 0 };
  readonly lastReading: { pinned: number; at: number | null } = { pinned: 0, at: null };
  private readonly outageLog = new OutageLog(new Logger(ChangeFeedPoller.name), {
    recovery: 'The change feed can be read again.',
    repeatEveryMs: 10_000,
  });
  private position: FeedPosition | null = null;
  private runningPoll: Promise<void> | null = null;
  private isPollRequested = false;
  private isBusDegraded = true;
  private isClosed = false;
  private timer: NodeJS.Timeout | undefined;
  /** Polls run outside of the request or transaction that requested one. */
  private readonly runDetached = AsyncLocalStorage.snapshot();
  /** The first time is random, so that replicas do not prune at the same moment. */
  private prunedAt: number;

  constructor(
    private readonly feed: ChangeFeed,
    private readonly listener: FeedListener,
    private readonly clock: Clock = new SystemClock(),
  ) {
    this.prunedAt = clock.now() - Math.random() * pruneIntervalMs;
  }

  /** Reads the feed now. A running poll may have started too early, so another one follows it. Never rejects. */
  async poll(): Promise<void> {
    if (this.isClosed) return;
    if (this.runningPoll === null) this.runningPoll = this.runDetached(() => this.pollWhileRequested());
    else this.isPollRequested = true;
    return this.runningPoll;
  }

  /** How many changes of the feed were not read yet; null before the first read. Rejects if the store cannot be read. */
  async countUnread(): Promise<number | null> {
    return this.position === null ? null : this.feed.countSince(this.position);
  }

  /** While messages may be lost, the feed is read twice as often, and once right now. */
  setBusDegraded(isDegraded: boolean): void {
    this.isBusDegraded = isDegraded;
    void this.poll();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    await this.runningPoll;
  }

  private async pollWhileRequested(): Promise<void> {
    clearTimeout(this.timer);
    do {
      this.isPollRequested = false;
      await this.pollOnce();
    } while (this.isPollRequested && !this.isClosed);
    // Reset without an await in between, so that a later call of `poll` starts a new poll instead of joining this one.
    this.runningPoll = null;
    if (this.isClosed) return;
    this.timer = setTimeout(
      () => void this.poll(),
      this.isBusDegraded ? degradedPollIntervalMs : defaultPollIntervalMs,
    ).unref();
  }

  private async pollOnce(): Promise<void> {
    this.counters.runs += 1;
    try {
      const reading = await this.feed.read(this.position, (changes) => this.deliver(changes));
      this.finishReading(reading);
      this.pruneIfDue();
    } catch (error) {
      this.counters.failures += 1;
      this.outageLog.recordFailure(
        `The change feed cannot be read (${String(error)}); cached entries may be stale.`,
      );
      this.listener.onFeedRead(false);
    }
  }

  private deliver(changes: readonly FeedChange[]): void {
    this.counters.changes += changes.length;
    this.listener.onChanges(changes);
  }

  /** Entries loaded before the first poll may be arbitrarily old, so they are treated as stale. */
  private finishReading(reading: FeedReading): void {
    const isFirst = this.position === null;
    this.position = reading.position;
    this.lastReading.pinned = reading.pinned;
    this.lastReading.at = this.clock.now();
    this.outageLog.recordRecovery();
    if (isFirst) this.listener.onChangesMissed('gap');
    else if (reading.continuity !== 'continued') {
      this.counters.resets += 1;
      this.listener.onChangesMissed(reading.continuity);
    }
    this.listener.onFeedRead(true);
  }

  /** Runs in the background: polls must not wait for it. */
  private pruneIfDue(): void {
    const now = this.clock.now();
    if (now - this.prunedAt < pruneIntervalMs) return;
    this.prunedAt = now;
    this.feed.prune().catch((error: unknown) => {
      new Logger(ChangeFeedPoller.name).warn(`The change feed could not be pruned (${String(error)}).`);
    });
  }
}
