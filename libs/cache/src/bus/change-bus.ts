/**
 * The thing `key` of sort `kind` has a new committed version. Versions of one key are whole, start at 1 and rise for
 * ever: a deletion is a change with a version of its own, and a thing made again goes on above it.
 */
export interface Change {
  readonly kind: string;
  readonly key: string;
  readonly version: number;
}

/**
 * Carries committed changes to the other replicas. One instance is one member. Delivery is fast, not certain: messages
 * may be lost, repeated or reordered, and the receiver must bear it.
 */
export abstract class ChangeBus {
  /**
   * Tells every other member. Never rejects and takes at most 100 ms: what could not be delivered is logged and
   * counted. The sender's own listeners hear nothing.
   */
  abstract publish(changes: readonly Change[]): Promise<void>;

  /**
   * `listener` hears what the other members publish. `missed` is called when messages may have been lost, once the
   * subscription stands again: what is read from then on is certain to be followed by its changes. Neither may throw.
   * Resolves when the subscription stands, or after 2 s, going on in the background; never rejects.
   */
  abstract subscribe(listener: (changes: readonly Change[]) => void, missed?: () => void): Promise<void>;

  /** Nothing is delivered or sent any more. */
  abstract close(): Promise<void>;
}
