import type { LastKnownGood, LastKnownGoodStore } from '../last-known-good/last-known-good-store.js';
import type { Provenance } from './provenance.js';

/** What the cache knows about the store that it loads from. All regions share it. */
export class StoreStatus {
  /** False: the store is down, and entries are served even when a newer version is known to exist. */
  isUp = true;
  /** False: some changes may be unknown for longer than promised, so entries may be stale. */
  isFeedCurrent = true;

  get isLive(): boolean {
    return this.isUp && this.isFeedCurrent;
  }
}

/** Whether the bus may lose messages and Redis may lose copies. */
export interface BusHealth {
  readonly isDegraded: boolean;
  /** When that began or ended, in milliseconds since the epoch. */
  readonly since: number;
}

/** What all regions of one cache share. */
export interface CacheContext {
  readonly store: StoreStatus;
  readonly provenance: Provenance;
  readonly lastKnownGood: Pick<LastKnownGoodStore, 'find'>;
  busHealth: BusHealth;
  /** Saves a copy in the background. */
  saveLastKnownGood(kind: string, key: string, copy: LastKnownGood): void;
  /** Milliseconds since the epoch. Warm reads do not call it. */
  now(): number;
}
