/** What was known of a key. */
export interface LastKnownGood {
  readonly version: number;
  /** A JSON value. Null: known not to exist, or not any more. */
  readonly value: unknown;
}

export interface KeyedLastKnownGood extends LastKnownGood {
  readonly key: string;
}

/** For metrics; they only rise. */
export interface LastKnownGoodCounters {
  /** Copies kept, those that were there already included. */
  kept: number;
  /** Copies not kept: Redis was in doubt, failed or too slow, or the copy was too big. */
  lost: number;
  /** Copies found. */
  found: number;
  /** Keys asked for and not found. */
  missing: number;
  /** Copies that were there and of no use: not of our form, or too big. */
  damaged: number;
}

/**
 * The last known good of what is cached, outside of this process: read only when the database fails, so that a process
 * that has just started can serve something all the same.
 *
 * A copy comes from outside: its version is a whole number and its value is JSON, and nothing more is certain of it.
 */
export abstract class LastKnownGoodStore {
  abstract readonly counters: Readonly<LastKnownGoodCounters>;

  /**
   * Keeps each copy for 24 hours, unless a newer one is there, or one that says of the same version
   * that the thing is gone. Never rejects and takes a few seconds at most, no time at all while Redis is in doubt; what could not be kept is counted.
   */
  abstract save(kind: string, entries: readonly KeyedLastKnownGood[]): Promise<void>;

  /**
   * The copies that are there, by key. Never rejects and takes 100 ms at most: without those that could not be read by
   * then, and empty at once while Redis is in doubt.
   */
  abstract find(kind: string, keys: readonly string[]): Promise<ReadonlyMap<string, LastKnownGood>>;
}

/** Where there is no Redis. */
export class NoLastKnownGoodStore extends LastKnownGoodStore {
  override readonly counters = createLastKnownGoodCounters();

  override async save(): Promise<void> {}

  override async find(): Promise<ReadonlyMap<string, LastKnownGood>> {
    return new Map();
  }
}

export function createLastKnownGoodCounters(): LastKnownGoodCounters {
  return { kept: 0, lost: 0, found: 0, missing: 0, damaged: 0 };
}
