/** A committed change of one thing. Versions of a thing rise by its changes, its deletion included. */
export interface Change {
  readonly kind: string;
  readonly key: string;
  readonly version: number;
  /** The thing was deleted: nothing is to be loaded under this version. */
  readonly gone?: boolean;
}

/** None of its methods may throw. */
export interface BusListener {
  /** What other members published. */
  onChanges(changes: readonly Change[]): void;
  /** From now on messages may be lost: the link is gone, or silent for a second. */
  onDisconnected(): void;
  /**
   * The subscription stands and a beat of our own has come back through it: what is published from now on arrives.
   * Called after the first confirmation and after every doubt; until the first one the bus counts as in doubt.
   */
  onConnected(): void;
}

/** For metrics; they only rise. */
export interface BusCounters {
  /** Changes handed over. */
  published: number;
  /** Publications that failed or took too long. */
  failed: number;
  /** Changes that had to wait until the bus was proven again. */
  postponed: number;
  /** Changes given up, because too many waited. */
  dropped: number;
  /** Changes heard from other members. */
  received: number;
  /** Messages not understood. */
  malformed: number;
  /** How often the bus came into doubt. */
  doubts: number;
}

/**
 * Carries committed changes to the other replicas. One instance is one member. Delivery is fast, not certain: messages
 * may be lost, repeated or reordered, and the receiver must bear it.
 */
export abstract class ChangeBus {
  abstract readonly counters: Readonly<BusCounters>;

  /** `doubted`: what others publish may not arrive, and what is published waits until it can be. */
  abstract readonly state: 'proven' | 'doubted';

  /**
   * Tells every other member. Never rejects, and takes 100 ms at most; no time at all while the bus is in doubt. What
   * could not be delivered is counted, and delivered when the bus is proven again. The sender's own listeners hear nothing.
   */
  abstract publish(changes: readonly Change[]): Promise<void>;

  /** Resolves when the listener was told that the bus is proven, or after 2 s, going on in the background; never rejects. */
  abstract subscribe(listener: BusListener): Promise<void>;

  /** Nothing is delivered, sent or told any more. */
  abstract close(): Promise<void>;
}

export function createBusCounters(): BusCounters {
  return { published: 0, failed: 0, postponed: 0, dropped: 0, received: 0, malformed: 0, doubts: 0 };
}
