import type { Copies, Copy } from '../copies/copies.js';
import type { Provenance } from './provenance.js';
import type { StoreLink } from './store-link.js';

/** What the parts of one cache share. */
export interface Surroundings {
  readonly store: StoreLink;
  readonly provenance: Provenance;
  readonly copies: Pick<Copies, 'find'>;
  /** Whether messages and copies may be lost, and since when that is so or has ended, in milliseconds since the epoch. */
  doubt: { readonly isInDoubt: boolean; readonly since: number };
  /** Keeps a copy in the background. */
  copy(kind: string, key: string, copy: Copy): void;
  /** Milliseconds since the epoch; not asked by reads. */
  now(): number;
}
