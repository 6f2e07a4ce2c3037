import type { Change } from '../src/bus/change-bus.js';
import { ChangeFeed, type FeedPosition, type FeedReading } from '../src/feed/change-feed.js';

/** A feed whose readings the test sets. */
export class ScriptedFeed extends ChangeFeed {
  /** What the next successful reading passes on. */
  changes: Change[] = [];
  /** The continuity that the next successful reading returns. */
  continuity: FeedReading['continuity'] = 'continued';
  isUnavailable = false;
  /** While true, readings pass on their changes and then fail. */
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

  override countSince = (): Promise<number> => Promise.resolve(this.changes.length);

  /** Readings that start from now on finish after the returned function is called. */
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
    const changes = [...this.changes];
    await this.gate;
    if (this.isUnavailable) throw new Error('the feed is unavailable');
    if (from !== null && changes.length > 0) onPage(changes);
    if (this.failsAtEnd) throw new Error('the feed became unavailable');
    return this.finishReading(changes);
  }

  override prune(): Promise<void> {
    this.pruneCalls += 1;
    return this.pruning;
  }

  private finishReading(passedOn: readonly Change[]): FeedReading {
    this.changes = this.changes.filter((change) => !passedOn.includes(change));
    const { continuity } = this;
    this.continuity = 'continued';
    this.position += 1;
    return { position: String(this.position), continuity, pinned: 0 };
  }
}

export function aChange(key: string, version = 1): Change {
  return { kind: 'plan', key, version };
}
