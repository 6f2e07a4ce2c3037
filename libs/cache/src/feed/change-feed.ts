import type { Change } from '../bus/change-bus.js';

/** Where a reader of the feed stands. Opaque. */
export type FeedPosition = string;

export interface FeedReading {
  /** Where to read on from. */
  readonly position: FeedPosition;
  /**
   * `continued`: every change committed since the given position was passed on. `gap`: some may be missing, since they were
   * pruned. `elsewhere`: the position is of another database, or of another history of this one (a backup was restored, a
   * standby promoted); even versions may have gone back.
   */
  readonly continuity: 'continued' | 'gap' | 'restored';
  /** Transactions that are older than the oldest that still runs: they must be looked at again and again. For metrics. */
  readonly pinned: number;
}

/**
 * What changed in the store, in the order in which it can be known. The cache asks; whoever knows the store answers.
 *
 * A change counts as passed on once its transaction is committed, however late that is: a position is the set of
 * transactions that were seen, not a serial number.
 */
export abstract class ChangeFeed {
  /**
   * Passes on what was committed since `from`, in pages, and says where to go on. With null it passes on nothing: whatever
   * commits from now on is found by reading from the position that it gives. Rejects when the store cannot be read.
   */
  abstract read(
    from: FeedPosition | null,
    onPage: (changes: readonly Change[]) => void,
  ): Promise<FeedReading>;

  /** Forgets what is older than a day. Many may do it at once. */
  abstract prune(): Promise<void>;
}
