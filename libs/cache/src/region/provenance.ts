/** Where a value comes from when not from the store itself. */
export type ValueOrigin = 'last-known-good' | 'defaults';

/**
 * Remembers which values came from elsewhere than the store, by the values themselves: whoever combines several finds out
 * what the whole is worth.
 */
export class Provenance {
  private readonly origins = new WeakMap<object, ValueOrigin>();

  mark(value: unknown, origin: ValueOrigin): void {
    if (typeof value === 'object' && value !== null) this.origins.set(value, origin);
  }

  /** What was made of one value alone is worth as much as that. */
  inheritOrigin(derived: object, source: object): void {
    const origin = this.origins.get(source);
    if (origin !== undefined) this.origins.set(derived, origin);
  }

  /** The worst of them; null when all came from the store. */
  worstOf(values: readonly object[]): ValueOrigin | null {
    const found = values.map((value) => this.origins.get(value));
    if (found.includes('defaults')) return 'defaults';
    return found.includes('last-known-good') ? 'last-known-good' : null;
  }
}
