import type { Change } from '../src/bus/change-bus.js';
import { ChangeFeed, type FeedPosition, type FeedReading } from '../src/feed/change-feed.js';

/** A feed that says what a test tells it to. */
export class ScriptedFeed extends ChangeFeed {
  /** What the next reading that ends well passes on. */
  changes: Change[] = [];
  /** How that one continues the one before. */
  continuity: FeedReading['continuity'] = 'continued';
  isUnavailable = false;
  /** Readings pass on what there is, and then fail. */
  failsAtEnd = false;
  pruning: Promise<void> = Promise.resolve();
  readCalls = 0;
  pruneCalls = 0;
  lastPosition: FeedPosition | null = null;
  readonly contexts: unknown[] = [];
  private gate: Promise<void> = Promise.resolve();
  private position = 0;

  constructor(private readonly context: () => unknown = () => undefined) {
    super();
  }

  /** Readings that begin from now on end after the returned function was called. */
  holdReads(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.gate = promise;
    return resolve;
  }

  override async read(
    from: FeedPosition | null,
    onPage: (changes: readonly Change[]) => void,
  ): Promise<FeedReading> {
    this.readCalls += 1;
    this.lastPosition = from;
    this.contexts.push(this.context());
    const found = [...this.changes];
    await this.gate;
    if (this.isUnavailable) throw new Error('the feed is away');
    if (from !== null && found.length > 0) onPage(found);
    if (this.failsAtEnd) throw new Error('the feed went away');
    return this.finishReading(found);
  }

  override prune(): Promise<void> {
    this.pruneCalls += 1;
    return this.pruning;
  }

  private finishReading(found: readonly Change[]): FeedReading {
    this.changes = this.changes.filter((change) => !found.includes(change));
    const { continuity } = this;
    this.continuity = 'continued';
    this.position += 1;
    return { position: String(this.position), continuity, pinned: 0 };
  }
}

export function aChange(key: string, version = 1): Change {
  return { kind: 'plan', key, version };
}
