import { type Tally, p95LatencyMs } from './tally.js';

/** The metrics of an arm, as responses show them and guardrails check them. Rates are from 0 to 1. A metric is null without data. */
export interface ArmMetrics {
  readonly samples: number;
  readonly error_rate: number | null;
  readonly fallback_rate: number | null;
  readonly p95_ms: number | null;
  /** Only of answered queries. */
  readonly mean_cost_usd: number | null;
}

/** Computes the metrics of an arm from its tally. */
export function computeArmMetrics(tally: Tally): ArmMetrics {
  const { samples, errors, fallbacks, cost_usd: cost } = tally;
  return {
    samples,
    error_rate: divideOrNull(errors, samples),
    fallback_rate: divideOrNull(fallbacks, samples),
    p95_ms: p95LatencyMs(tally),
    mean_cost_usd: divideOrNull(cost, samples - errors),
  };
}

/** Mean cost of the treatment divided by that of the control, rounded to six decimals. Infinite if only the control is free, 1 if both are. */
export function costRatio(control: ArmMetrics, treatment: ArmMetrics): number | null {
  const [controlCost, treatmentCost] = [control.mean_cost_usd, treatment.mean_cost_usd];
  if (controlCost === null || treatmentCost === null) return null;
  return controlCost === 0 && treatmentCost === 0 ? 1 : Number((treatmentCost / controlCost).toFixed(6));
}

function divideOrNull(numerator: number, denominator: number): number | null {
  return denominator === 0 ? null : numerator / denominator;
}
