import type { Guardrails, RunningRollout } from '#config';
import { type ArmMetrics, costRatio, computeArmMetrics } from './arm-metrics.js';
import type { Tally } from './tally.js';

/** A running rollout with what was measured in its step. */
export interface MeasuredRollout extends Pick<RunningRollout, 'id' | 'step' | 'percentage' | 'guardrails'> {
  readonly control: Tally;
  readonly treatment: Tally;
  /** The control of every step: what costs are compared with where the step has too few queries of its own, as at 100 %. */
  readonly control_of_all_steps: Tally;
  /** Since the step began. */
  readonly step_seconds: number;
  /** Since the step began or a measurement of its treatment came in, whichever was later. */
  readonly silent_seconds: number;
}

/** Without a measurement of the treatment for so long, nobody can say what it does. */
const maxSilenceMinutes = 30;
/** By then a step must have come to `min_samples`. */
const maxStepHours = 24;

/**
 * Why the rollout must stop, with its figures; null when it may go on. Its limits are judged as soon as both arms have
 * `min_samples` queries of this step (the control only where a limit compares with it). And missing data is a reason of its own,
 * where there is a limit and the treatment is given to anybody: nothing measured for 30 minutes, or too little for a whole day.
 */
export function findStopReason(rollout: MeasuredRollout): string | null {
  const { guardrails, percentage } = rollout;
  if (!hasLimits(guardrails)) return null;
  const limitReason = findCrossedLimit(rollout);
  return limitReason ?? (percentage > 0 ? describeMissingData(rollout) : null);
}

/** Whether the rollout is watched at all. */
export function hasLimits(guardrails: Guardrails): boolean {
  const {
    max_error_rate: errors,
    max_p95_ms: p95,
    max_cost_ratio: cost,
    max_fallback_rate: fallbacks,
  } = guardrails;
  return [errors, p95, cost, fallbacks].some((limit) => limit !== null);
}

function findCrossedLimit(rollout: MeasuredRollout): string | null {
  const { guardrails } = rollout;
  const treatment = computeArmMetrics(rollout.treatment);
  if (treatment.samples < guardrails.min_samples) return null;
  const sentence =
    describeRateAboveLimit('error rate', treatment.error_rate, guardrails.max_error_rate) ??
    describeRateAboveLimit('fallback rate', treatment.fallback_rate, guardrails.max_fallback_rate) ??
    describeLatencyAboveLimit(treatment, guardrails) ??
    describeCostAboveLimit(rollout, treatment);
  return sentence && `${sentence} (${treatment.samples} queries of the treatment).`;
}

function describeRateAboveLimit(name: string, value: number | null, limit: number | null): string | null {
  if (value === null || limit === null || value <= limit) return null;
  return `The ${name} of ${formatPercent(value)} is above ${formatPercent(limit)}`;
}

function describeLatencyAboveLimit(
  { p95_ms: p95 }: ArmMetrics,
  { max_p95_ms: limit }: Guardrails,
): string | null {
  if (p95 === null || limit === null || p95 <= limit) return null;
  return `The P95 latency of ${roundToHundredth(p95)} ms is above ${roundToHundredth(limit)} ms`;
}

function describeCostAboveLimit(rollout: MeasuredRollout, treatment: ArmMetrics): string | null {
  const { max_cost_ratio: limit } = rollout.guardrails;
  const control = findComparableControl(rollout);
  const ratio = control && costRatio(control, treatment);
  if (control === null || ratio === null || limit === null || ratio <= limit) return null;
  const comparison = `${formatDollars(treatment)} a query against ${formatDollars(control)} of the control`;
  return `The cost, ${comparison}, is above ${limit} times as much`;
}

function findComparableControl({ control, control_of_all_steps: allSteps, guardrails }: MeasuredRollout) {
  const enough = [control, allSteps].find(({ samples }) => samples >= guardrails.min_samples);
  return enough ? computeArmMetrics(enough) : null;
}

function describeMissingData(rollout: MeasuredRollout): string | null {
  const { guardrails, silent_seconds: silentSeconds, step_seconds: stepSeconds, treatment } = rollout;
  const { min_samples: minSamples, max_cost_ratio: maxCostRatio } = guardrails;
  if (silentSeconds >= maxSilenceMinutes * 60)
    return `No data: nothing was measured of the treatment for ${maxSilenceMinutes} minutes (${treatment.samples} queries before that in this step).`;
  if (stepSeconds < maxStepHours * 3600) return null;
  const since = `in the ${maxStepHours} hours since the percentage was last changed`;
  if (treatment.samples < minSamples)
    return `No data: the treatment came to ${treatment.samples} of the ${minSamples} queries that min_samples asks for ${since}.`;
  if (maxCostRatio !== null && findComparableControl(rollout) === null)
    return `No data: the control, which max_cost_ratio compares with, did not come to the ${minSamples} queries that min_samples asks for ${since}.`;
  return null;
}

function formatPercent(share: number): string {
  return `${roundToHundredth(share * 100)} %`;
}

function formatDollars({ mean_cost_usd: cost }: ArmMetrics): string {
  return `$${Number((cost ?? 0).toPrecision(3))}`;
}

function roundToHundredth(value: number): number {
  return Math.round(value * 100) / 100;
}
