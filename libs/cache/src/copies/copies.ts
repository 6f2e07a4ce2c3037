/** A copy of what was held: a JSON value, or null for what is known not to exist any more. */
export interface Copy {
  readonly version: number;
  readonly value: unknown;
}

/** Last-known-good copies, outside of this process. */
export abstract class Copies {
  /**
   * Keeps each where no copy at least as new is there, for 24 hours. Never rejects and is bounded in time; what could not be
   * kept is counted.
   */
  abstract keep(kind: string, copies: readonly (Copy & { readonly key: string })[]): Promise<void>;

  /** The copies that are there. Never rejects and takes 100 ms at most: an empty map where they cannot be reached. */
  abstract find(kind: string, keys: readonly string[]): Promise<ReadonlyMap<string, Copy>>;
}
