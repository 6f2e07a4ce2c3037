import { AsyncLocalStorage } from 'node:async_hooks';
import { Logger } from '@nestjs/common';
import type { Change } from '../bus/change-bus.js';
import { ThrottledWarning } from '../bus/throttled-warning.js';
import type { ChangeFeed, FeedPosition, FeedReading } from './change-feed.js';

export interface FeedListener {
  /** Committed changes, some of them known already. */
  onChanges(changes: readonly Change[]): void;
  /** Changes may be missing that nobody will tell. */
  onChangesMissed(continuity: 'gap' | 'restored'): void;
  /** The feed was read to its end, or could not be read. */
  onFeedRead(isCurrent: boolean): void;
}

/** How often the feed is read as long as messages arrive, and while they may be lost. */
const defaultPollIntervalMs = 2_000;
const degradedPollIntervalMs = 1_000;
const pruneIntervalMs = 3_600_000;

/**
 * Reads the change feed again and again, so that no change stays unknown whatever becomes of messages. Messages make
 * changes fast; this makes them certain.
 */
export class ChangeFeedPoller {
  /** For metrics. */
  readonly counters = { runs: 0, failures: 0, changes: 0, resets: 0 };
  readonly lastReading = { pinned: 0 };
  private readonly warning = new ThrottledWarning(new Logger(ChangeFeedPoller.name));
  private position: FeedPosition | null = null;
  private runningPoll: Promise<void> | null = null;
  private isPollRequested = false;
  private isBusDegraded = true;
  private isClosed = false;
  private timer: NodeJS.Timeout | undefined;
  /** Readings belong to nobody's request or transaction, whoever asked for one. */
  private readonly runDetached = AsyncLocalStorage.snapshot();
  private prunedAt = Date.now() - Math.random() * pruneIntervalMs;

  constructor(
    private readonly feed: ChangeFeed,
    private readonly listener: FeedListener,
  ) {}

  /** Reads now; a reading under way may have begun too early, so another follows it. Never rejects. */
  async poll(): Promise<void> {
    if (this.isClosed) return;
    if (this.runningPoll === null) this.runningPoll = this.runDetached(() => this.pollWhileRequested());
    else this.isPollRequested = true;
    return this.runningPoll;
  }

  /** While messages may be lost, the feed is read twice as often, from this moment on. */
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
    // At once, so that whoever asks from here on is not taken for somebody who asked in time.
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
      this.warning.warn(`The change feed cannot be read (${String(error)}); what is held may be stale.`);
      this.listener.onFeedRead(false);
    }
  }

  private deliver(changes: readonly Change[]): void {
    this.counters.changes += changes.length;
    this.listener.onChanges(changes);
  }

  /** What was held before the first reading was loaded from who knows when: it counts as missed. */
  private finishReading(reading: FeedReading): void {
    const isFirst = this.position === null;
    this.position = reading.position;
    this.lastReading.pinned = reading.pinned;
    if (isFirst) this.listener.onChangesMissed('gap');
    else if (reading.continuity !== 'continued') {
      this.counters.resets += 1;
      this.listener.onChangesMissed(reading.continuity);
    }
    this.listener.onFeedRead(true);
  }

  /** Beside the readings, which must not wait for it. */
  private pruneIfDue(): void {
    if (Date.now() - this.prunedAt < pruneIntervalMs) return;
    this.prunedAt = Date.now();
    this.feed.prune().catch((error: unknown) => {
      new Logger(ChangeFeedPoller.name).warn(`The change feed could not be pruned (${String(error)}).`);
    });
  }
}
