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

/** The meaning of a provider's finish reason. `failed`: the provider broke off. null: Attune does not know this reason. */
export function parseFinishReason(reason: string): FinishReason | 'failed' | null {
  return byName.get(reason.toLowerCase()) ?? null;
}
