import type { Provider } from '@openfeature/server-sdk';
import type { SettingName } from '#settings';

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

/** A feature flag, and the setting that it overrides (specification §6). */
export interface FlagDeclaration {
  readonly flag: string;
  readonly setting: Extract<SettingName, 'model_name' | 'retrieval_top_k' | 'temperature'>;
  readonly type: 'string' | 'number';
}

export const flagDeclarations: readonly FlagDeclaration[] = [
  { flag: 'rag-model-selection', setting: 'model_name', type: 'string' },
  { flag: 'retrieval-top-k', setting: 'retrieval_top_k', type: 'number' },
  { flag: 'llm-temperature', setting: 'temperature', type: 'number' },
];
