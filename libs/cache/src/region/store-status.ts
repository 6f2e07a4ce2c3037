/** What the cache knows of the store that it loads from. Shared by its parts. */
export class StoreStatus {
  /** False: the store is away, and what is held is served even where something newer is known to exist. */
  isUp = true;
  /** False: some change may be unknown for longer than promised, so that what is held may be stale. */
  isFeedCurrent = true;

  get isLive(): boolean {
    return this.isUp && this.isFeedCurrent;
  }
}
