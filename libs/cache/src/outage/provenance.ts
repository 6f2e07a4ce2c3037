/** Where a value comes from when not from the store itself. */
export type Origin = 'last-known-good' | 'defaults';

/**
 * Remembers which values came from elsewhere than the store, by the values themselves: whoever combines several finds out
 * what the whole is worth.
 */
export class Provenance {
  private readonly origins = new WeakMap<object, Origin>();

  mark(value: unknown, origin: Origin): void {
    if (typeof value === 'object' && value !== null) this.origins.set(value, origin);
  }

  /** What was made of one value alone is worth as much as that. */
  trace(made: object, from: object): void {
    const origin = this.origins.get(from);
    if (origin !== undefined) this.origins.set(made, origin);
  }

  /** The worst of them; null when all came from the store. */
  worstOf(values: readonly object[]): Origin | null {
    const found = values.map((value) => this.origins.get(value));
    if (found.includes('defaults')) return 'defaults';
    return found.includes('last-known-good') ? 'last-known-good' : null;
  }
}
