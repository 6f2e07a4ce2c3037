import type { Guardrails, RunningRollout } from '#config';
import { type ArmMetrics, costRatio, computeArmMetrics } from './arm-metrics.js';
import type { Tally } from './tally.js';

/** A running rollout with the measurements of its step. */
export interface MeasuredRollout extends Pick<RunningRollout, 'id' | 'step' | 'percentage' | 'guardrails'> {
  readonly control: Tally;
  readonly treatment: Tally;
  /** The control of all steps. Costs are compared with it if the step has too few control queries, as at 100 %. */
  readonly control_of_all_steps: Tally;
  /** Seconds since the step began. */
  readonly step_seconds: number;
  /** Seconds since the last measurement of the treatment in this step, or since the step began. */
  readonly silent_seconds: number;
}

/** Without a measurement of the treatment for so long, its effect is unknown. */
const maxSilenceMinutes = 30;
/** The time in which a step must reach `min_samples`. */
const maxStepHours = 24;

/**
 * Why the rollout must stop, with the measured values; null if it may continue. The limits apply as soon as both arms have
 * `min_samples` queries in this step (the control only for a limit that compares with it). Missing data is also a reason, if there is a
 * limit and the percentage is above 0: no measurement for 30 minutes, or fewer than `min_samples` in 24 hours.
 */
export function findStopReason(rollout: MeasuredRollout): string | null {
  const { guardrails, percentage } = rollout;
  if (!hasLimits(guardrails)) return null;
  const limitReason = findCrossedLimit(rollout);
  return limitReason ?? (percentage > 0 ? describeMissingData(rollout) : null);
}

/** True if the guardrails have at least one limit. */
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
  return `The cost per query of ${formatDollars(treatment)} is above ${limit} times that of the control, ${formatDollars(control)}`;
}

function findComparableControl({ control, control_of_all_steps: allSteps, guardrails }: MeasuredRollout) {
  const enough = [control, allSteps].find(({ samples }) => samples >= guardrails.min_samples);
  return enough ? computeArmMetrics(enough) : null;
}

function describeMissingData(rollout: MeasuredRollout): string | null {
  const { guardrails, silent_seconds: silentSeconds, step_seconds: stepSeconds, treatment } = rollout;
  const { min_samples: minSamples, max_cost_ratio: maxCostRatio } = guardrails;
  if (silentSeconds >= maxSilenceMinutes * 60)
    return `No data: no query of the treatment was measured for ${maxSilenceMinutes} minutes (${treatment.samples} queries before that in this step).`;
  if (stepSeconds < maxStepHours * 3600) return null;
  const since = `${maxStepHours} hours after the percentage was last changed`;
  if (treatment.samples < minSamples)
    return `No data: the treatment has ${treatment.samples} of the ${minSamples} queries that min_samples requires, ${since}.`;
  if (maxCostRatio !== null && findComparableControl(rollout) === null)
    return `No data: the control has fewer than the ${minSamples} queries that min_samples requires, so max_cost_ratio cannot be checked, ${since}.`;
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
