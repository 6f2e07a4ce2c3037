/** Where a value comes from if not from the store. */
export type ValueOrigin = 'last-known-good' | 'defaults';

/** Remembers which values do not come from the store, by object identity, so that a combination of values has an origin too. */
export class Provenance {
  private readonly origins = new WeakMap<object, ValueOrigin>();

  mark(value: unknown, origin: ValueOrigin): void {
    if (typeof value === 'object' && value !== null) this.origins.set(value, origin);
  }

  /** `derived` was computed from `source` alone, so it has the same origin. */
  inheritOrigin(derived: object, source: object): void {
    const origin = this.origins.get(source);
    if (origin !== undefined) this.origins.set(derived, origin);
  }

  /** The worst origin among the values; null if all come from the store. */
  worstOf(values: readonly object[]): ValueOrigin | null {
    const origins = values.map((value) => this.origins.get(value));
    if (origins.includes('defaults')) return 'defaults';
    return origins.includes('last-known-good') ? 'last-known-good' : null;
  }
}
