import type { LastKnownGoodStore, LastKnownGood } from '../last-known-good/last-known-good-store.js';
import type { Provenance } from './provenance.js';
import type { StoreStatus } from './store-status.js';

/** What the parts of one cache share. */
export interface CacheContext {
  readonly store: StoreStatus;
  readonly provenance: Provenance;
  readonly lastKnownGood: Pick<LastKnownGoodStore, 'find'>;
  /** Whether messages and copies may be lost, and since when that is so or has ended, in milliseconds since the epoch. */
  busHealth: { readonly isInDoubt: boolean; readonly since: number };
  /** Keeps a copy in the background. */
  saveLastKnownGood(kind: string, key: string, copy: LastKnownGood): void;
  /** Milliseconds since the epoch; not asked by reads. */
  now(): number;
}
