import type { Schema } from '../api/operations.js';
import { rolloutTexts } from './rollouts.texts.js';

type Rollout = Pick<Schema<'RolloutResponse'>, 'guardrails' | 'arms'>;

/** One guardrail: the measured value, its limit, and the share of the limit that is used. */
export interface GuardrailLine {
  readonly label: string;
  /** Of the treatment; null while nothing was measured. */
  readonly value: number | null;
  readonly limit: number;
  /** 0 to 1 and above: 1 is the limit. */
  readonly share: number;
}

const measures = [
  { limit: 'max_error_rate', value: 'error_rate', label: rolloutTexts.measures.errorRate },
  { limit: 'max_p95_ms', value: 'p95_ms', label: rolloutTexts.measures.p95 },
  { limit: 'max_cost_ratio', value: 'cost_ratio', label: rolloutTexts.measures.costRatio },
  { limit: 'max_fallback_rate', value: 'fallback_rate', label: rolloutTexts.measures.fallbackRate },
] as const;

/** The guardrails that are set, with their distance. */
export function guardrailLines({ guardrails, arms: { treatment } }: Rollout): GuardrailLine[] {
  return measures.flatMap(({ limit: name, value: measure, label }) => {
    const [limit, value] = [guardrails[name], treatment[measure]];
    if (limit === null) return [];
    return [{ label, value, limit, share: shareOf(value, limit) }];
  });
}

function shareOf(value: number | null, limit: number): number {
  if (value === null || value === 0) return 0;
  return limit === 0 ? 1 : value / limit;
}

/** How many queries each arm still needs before the guardrails judge it; 0 once they do. */
export function missingSamples({ guardrails: { min_samples: min }, arms }: Rollout): number {
  return Math.max(0, min - Math.min(arms.control.samples, arms.treatment.samples));
}

/** The steps that a rollout is raised in. */
export const steps = [1, 5, 10, 25, 50, 100] as const;
