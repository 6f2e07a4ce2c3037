import type { FinishReason } from '../generation.js';

const knownReasons: Readonly<Record<FinishReason | 'failed', readonly string[]>> = {
  stop: ['stop', 'end_turn', 'stop_sequence', 'eos', 'eos_token', 'complete', 'completed', 'finish'],
  length: ['length', 'max_tokens', 'max_output_tokens', 'model_length', 'model_context_window_exceeded'],
  content_filter: [
    'content_filter',
    'content-filter',
    'content_filtered',
    'blocklist',
    'guardrail_intervened',
    'language_filter',
    'moderation',
    'prohibited_content',
    'recitation',
    'refusal',
    'safety',
    'sensitive',
    'spii',
  ],
  failed: ['error', 'abort', 'aborted', 'network_error', 'insufficient_system_resource'],
};

const byName = new Map(
  Object.entries(knownReasons).flatMap(([reason, names]) =>
    names.map((name) => [name, reason as FinishReason | 'failed'] as const),
  ),
);

/** Names that are not in the list, but say enough. */
const patterns: readonly (readonly [FinishReason, RegExp])[] = [
  ['content_filter', /filter|safety|polic|moderat|recitation|prohibited|blocked|risk/],
  ['length', /length|max|limit|truncat|incomplete/],
];

/** The meaning of a provider's finish reason. `failed`: the provider broke off. null: Attune does not know this reason. */
export function parseFinishReason(reason: string): FinishReason | 'failed' | null {
  const name = reason.toLowerCase();
  return byName.get(name) ?? patterns.find(([, pattern]) => pattern.test(name))?.[0] ?? null;
}
