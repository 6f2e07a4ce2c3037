/**
 * The thing `key` of sort `kind` has a new committed version. Versions of one key are whole, start at 1 and rise for
 * ever: a deletion is a change with a version of its own, and a thing made again goes on above it.
 */
export interface Change {
  readonly kind: string;
  readonly key: string;
  readonly version: number;
  /** The thing was deleted: nothing is to be loaded under this version. */
  readonly gone?: boolean;
}

export interface BusListener {
  /** What other members published. */
  heard(changes: readonly Change[]): void;
  /** From now on messages may be lost. */
  doubted(): void;
  /** What is published from now on arrives: after the first confirmation, and after every doubt. */
  proven(): void;
}

/**
 * Carries committed changes to the other replicas. One instance is one member. Delivery is fast, not certain: messages
 * may be lost, repeated or reordered, and the receiver must bear it.
 */
export abstract class ChangeBus {
  /** For metrics: how often what happened. */
  abstract readonly counters: Readonly<Record<string, number>>;

  /**
   * Tells every other member. Never rejects and takes at most 100 ms: what could not be delivered is logged and
   * counted. The sender's own listeners hear nothing.
   */
  abstract publish(changes: readonly Change[]): Promise<void>;

  /** Resolves when the subscription stands, or after 2 s, going on in the background; never rejects. */
  abstract subscribe(listener: BusListener): Promise<void>;

  /** Nothing is delivered or sent any more. */
  abstract close(): Promise<void>;
}
