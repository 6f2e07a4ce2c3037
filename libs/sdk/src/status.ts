import type { Origin } from './configuration/candidate.js';
import type { ConfigurationChange } from './configuration/configuration-store.js';
import type { Status } from './connection/connection-machine.js';
import type { StatusChange } from './connection/synchronizer.js';

/** The events of `on`. */
export interface AttuneEvents {
  /** The configuration was replaced. Its listeners can read the new values. */
  readonly change: ConfigurationChange;
  /** The state changed, and why. */
  readonly state: StatusChange;
  /** The file could not be written. The client goes on without it. */
  readonly 'file-error': unknown;
}

/** The state of the client. */
export interface AttuneStatus {
  readonly state: Status;
  /** Why, as a word: `stream`, `poll`, `not-confirmed`, `service-stale`, `goodbye`, `closed`, or the reason of a failure. */
  readonly reason: string;
  /** The same as one sentence. */
  readonly detail: string;
  /** Null while there is no configuration. */
  readonly source: Origin | null;
  readonly version: number | null;
  /** True unless the service has confirmed that this is its configuration and is still connected. */
  readonly stale: boolean;
  /** Since the service last confirmed the configuration; null if it has not since the start. */
  readonly ageMs: number | null;
  readonly updates: 'streaming' | 'polling';
}
