/** A committed change of one key. Every change of a key raises its version, and so does its deletion. */
export interface Change {
  readonly kind: string;
  readonly key: string;
  readonly version: number;
  /** The key was deleted: there is nothing to load under this version. */
  readonly gone?: boolean;
}

/** What a subscriber of the bus implements. No method may throw. */
export interface BusListener {
  /**
   * Changes that other members published; they may be repeated or out of order. `ageMs` is the time since they were sent, by the clocks
   * of both machines, if it is known.
   */
  onChanges(changes: readonly Change[], ageMs?: number): void;
  /** From now on messages may be lost: the link is broken, or was silent for a second. */
  onDisconnected(): void;
  /**
   * The subscription works: one of our own heartbeats came back through it, so messages arrive from now on. Called once
   * at the start and after every `onDisconnected`; until the first call the bus counts as degraded.
   */
  onConnected(): void;
}

/** For metrics; they only rise. */
export interface BusCounters {
  /** Changes published. */
  published: number;
  /** Publish calls that failed or timed out. */
  failed: number;
  /** Changes postponed until the bus is connected again. */
  postponed: number;
  /** Changes dropped because too many were postponed. */
  dropped: number;
  /** Changes received from other members. */
  received: number;
  /** Messages that could not be parsed. */
  malformed: number;
  /** How often the bus became degraded. */
  doubts: number;
}

/**
 * Carries committed changes to the other replicas. One instance is one member of the bus. Delivery is fast but not
 * certain: messages may be lost, repeated or reordered, and the receiver must cope with that.
 *
 * ```ts
 * async function printChanges(bus: ChangeBus): Promise<void> {
 *   const onChanges = (changes: readonly Change[]): void => console.log(changes);
 *   await bus.subscribe({ onChanges, onConnected: () => undefined, onDisconnected: () => undefined });
 * }
 * ```
 */
export abstract class ChangeBus {
  /** For metrics. */
  abstract readonly counters: Readonly<BusCounters>;

  /** `degraded`: messages of others may be lost, and our own changes are postponed until the bus is connected. */
  abstract readonly state: 'connected' | 'degraded';

  /**
   * Sends the changes to every other member; the listeners of this member are not called. Never rejects. Takes at most
   * 100 ms, and returns at once while the bus is degraded. Failed changes are counted, and sent again once it is connected.
   */
  abstract publish(changes: readonly Change[]): Promise<void>;

  /**
   * Adds a listener. Resolves after its first `onConnected`, or after 2 s; connecting then continues in the background.
   * Never rejects.
   */
  abstract subscribe(listener: BusListener): Promise<void>;

  /** Leaves the bus: sends and delivers nothing any more. */
  abstract close(): Promise<void>;
}

export function createBusCounters(): BusCounters {
  return { published: 0, failed: 0, postponed: 0, dropped: 0, received: 0, malformed: 0, doubts: 0 };
}
