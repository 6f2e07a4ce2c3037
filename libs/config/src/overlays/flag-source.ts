import type { Provider } from '@openfeature/server-sdk';

/**
 * Opens the OpenFeature provider of the feature flags, once, at the start. Opening does not wait for a connection, and the provider may be
 * unreachable. Without a source there are no flags and no cost.
 *
 * ```ts
 * class LocalFlags extends FlagSource {
 *   open() {
 *     return Promise.resolve(localProvider); // any provider of OpenFeature
 *   }
 * }
 * ```
 */
export abstract class FlagSource {
  /** Returns null when there are no flags. */
  abstract open(): Promise<Provider | null>;
}
