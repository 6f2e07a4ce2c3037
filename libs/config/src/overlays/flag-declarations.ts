import type { SettingName } from '#settings';

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
