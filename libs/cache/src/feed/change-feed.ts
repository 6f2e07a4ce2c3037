import type { Change } from '../bus/change-bus.js';

/** A change as the feed has it. */
export interface FeedChange extends Change {
  /** How long ago it was committed, in milliseconds, by the clock of the store; left out if that is not known. */
  readonly ageMs?: number;
}

/** A position in the feed. Opaque to the reader. */
export type FeedPosition = string;

export interface FeedReading {
  /** Pass it to the next read. */
  readonly position: FeedPosition;
  /**
   * `continued`: every change committed since the given position was passed on. `gap`: some may be missing, because they
   * were pruned. `restored`: the position belongs to another database, or to another history of this one (a backup was
   * restored, a standby promoted); even versions may have gone back.
   */
  readonly continuity: 'continued' | 'gap' | 'restored';
  /** Transactions that started after the oldest one still running: every read returns their changes again. For metrics. */
  readonly pinned: number;
}

/**
 * Port: the committed changes of the store. The cache reads it; the library that owns the store implements it.
 *
 * It misses no change, however late its transaction commits: a position is the set of transactions that were seen, not a
 * serial number. Changes may be returned more than once.
 *
 * ```ts
 * async function printChanges(feed: ChangeFeed): Promise<void> {
 *   const { position } = await feed.read(null, () => undefined);
 *   await feed.read(position, (changes) => console.log(changes));
 * }
 * ```
 */
export abstract class ChangeFeed {
  /**
   * Calls `onPage` with the changes committed since `from`, in pages, and returns the position to continue from. With null
   * it passes on nothing and returns the current position. Rejects if the store cannot be read.
   */
  abstract read(
    from: FeedPosition | null,
    onPage: (changes: readonly FeedChange[]) => void,
  ): Promise<FeedReading>;

  /** How many changes were committed since the position; counting ends at ten thousand. Rejects if the store cannot be read. */
  abstract countSince(position: FeedPosition): Promise<number>;

  /** Deletes changes older than a day. Several replicas may call it at the same time. */
  abstract prune(): Promise<void>;
}
