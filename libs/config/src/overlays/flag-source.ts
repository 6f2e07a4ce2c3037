import type { Provider } from '@openfeature/server-sdk';

/**
 * Where feature flags come from: opens an OpenFeature provider, once, at the start. Whether it can be reached then does not
 * matter, and opening it waits for nothing. A product without a source has no flags, and pays nothing for them.
 *
 * ```ts
 * class LocalFlags extends FlagSource {
 *   async open() { return new InMemoryProvider({ 'retrieval-top-k': { … } }); }
 * }
 * ```
 */
export abstract class FlagSource {
  /** null: there are no flags. */
  abstract open(): Promise<Provider | null>;
}
