import { type Tally, p95LatencyMs } from './tally.js';

/** What an arm's queries came to, as it is shown and judged. Shares are of 1; null where there is nothing to tell from. */
export interface ArmMetrics {
  readonly samples: number;
  readonly error_rate: number | null;
  readonly fallback_rate: number | null;
  readonly p95_ms: number | null;
  /** Of the queries that were answered. */
  readonly mean_cost_usd: number | null;
}

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

/** The treatment's mean cost over the control's, to the millionth: infinite where only the control is free, 1 where both are. */
export function costRatio(control: ArmMetrics, treatment: ArmMetrics): number | null {
  const [controlCost, treatmentCost] = [control.mean_cost_usd, treatment.mean_cost_usd];
  if (controlCost === null || treatmentCost === null) return null;
  return controlCost === 0 && treatmentCost === 0 ? 1 : Number((treatmentCost / controlCost).toFixed(6));
}

function divideOrNull(numerator: number, denominator: number): number | null {
  return denominator === 0 ? null : numerator / denominator;
}
