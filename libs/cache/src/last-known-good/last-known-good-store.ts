/** A copy of a cached entry. */
export interface LastKnownGood {
  readonly version: number;
  /** A JSON value. Null: known not to exist. */
  readonly value: unknown;
}

export interface KeyedLastKnownGood extends LastKnownGood {
  readonly key: string;
}

/** For metrics; they only rise. */
export interface LastKnownGoodCounters {
  /** Copies saved, including those that already existed. */
  kept: number;
  /** Copies not saved: the bus was degraded, Redis failed or was too slow, or the copy was too big. */
  lost: number;
  /** Copies found. */
  found: number;
  /** Requested keys without a copy. */
  missing: number;
  /** Unusable copies: not in our format, or too big. */
  damaged: number;
}

/**
 * Port: last-known-good copies of cached entries, kept outside of this process. They are read only when the entries' source
 * (the database, or the server with the keys of JWTs) fails, so that a process that has just started can still serve requests.
 *
 * Copies are untrusted input: the version is an integer and the value is JSON, but nothing else is guaranteed.
 */
export abstract class LastKnownGoodStore {
  /** For metrics. */
  abstract readonly counters: Readonly<LastKnownGoodCounters>;

  /**
   * Saves each copy for 24 hours, unless the store has a newer one, or a deletion of the same version. Never rejects.
   * Takes a few seconds at most, and returns at once while the bus is degraded. Copies that were not saved are counted.
   */
  abstract save(kind: string, entries: readonly KeyedLastKnownGood[]): Promise<void>;

  /**
   * Returns the existing copies by key. Never rejects. Takes at most 100 ms and leaves out copies that were not read by
   * then; returns an empty map at once while the bus is degraded.
   */
  abstract find(kind: string, keys: readonly string[]): Promise<ReadonlyMap<string, LastKnownGood>>;
}

/** For a process without Redis: saves and finds nothing. */
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
