import type { Guardrails, RunningRollout } from '../rollout.js';
import { type ArmFigures, costRatio, figuresOf } from './figures.js';
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
const longestSilenceMinutes = 30;
/** By then a step must have come to `min_samples`. */
const longestStepHours = 24;

/**
 * Why the rollout must stop, with its figures; null when it may go on. Its limits are judged as soon as both arms have
 * `min_samples` queries of this step (the control only where a limit compares with it). And missing data is a reason of its own,
 * where there is a limit and the treatment is given to anybody: nothing measured for 30 minutes, or too little for a whole day.
 */
export function verdictOn(rollout: MeasuredRollout): string | null {
  const { guardrails, percentage } = rollout;
  if (!hasLimits(guardrails)) return null;
  const crossed = crossedLimit(rollout);
  return crossed ?? (percentage > 0 ? missingData(rollout) : null);
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

function crossedLimit(rollout: MeasuredRollout): string | null {
  const { guardrails } = rollout;
  const treatment = figuresOf(rollout.treatment);
  if (treatment.samples < guardrails.min_samples) return null;
  const sentence =
    shareCrossed('error rate', treatment.error_rate, guardrails.max_error_rate) ??
    shareCrossed('fallback rate', treatment.fallback_rate, guardrails.max_fallback_rate) ??
    latencyCrossed(treatment, guardrails) ??
    costCrossed(rollout, treatment);
  return sentence && `${sentence} (${treatment.samples} queries of the treatment).`;
}

function shareCrossed(name: string, value: number | null, most: number | null): string | null {
  if (value === null || most === null || value <= most) return null;
  return `The ${name} of ${percent(value)} is above ${percent(most)}`;
}

function latencyCrossed({ p95_ms: p95 }: ArmFigures, { max_p95_ms: most }: Guardrails): string | null {
  if (p95 === null || most === null || p95 <= most) return null;
  return `The P95 latency of ${rounded(p95)} ms is above ${rounded(most)} ms`;
}

function costCrossed(rollout: MeasuredRollout, treatment: ArmFigures): string | null {
  const { max_cost_ratio: most } = rollout.guardrails;
  const control = comparableControl(rollout);
  const ratio = control && costRatio(control, treatment);
  if (control === null || ratio === null || most === null || ratio <= most) return null;
  const compared = `${dollars(treatment)} a query against ${dollars(control)} of the control`;
  return `The cost, ${compared}, is above ${most} times as much`;
}

function comparableControl({ control, control_of_all_steps: all, guardrails }: MeasuredRollout) {
  const enough = [control, all].find(({ samples }) => samples >= guardrails.min_samples);
  return enough ? figuresOf(enough) : null;
}

function missingData(rollout: MeasuredRollout): string | null {
  const { guardrails, silent_seconds: silent, step_seconds: age, treatment } = rollout;
  const { min_samples: needed, max_cost_ratio: ratio } = guardrails;
  if (silent >= longestSilenceMinutes * 60)
    return `No data: nothing was measured of the treatment for ${longestSilenceMinutes} minutes (${treatment.samples} queries before that in this step).`;
  if (age < longestStepHours * 3600) return null;
  const since = `in the ${longestStepHours} hours since the percentage was last changed`;
  if (treatment.samples < needed)
    return `No data: the treatment came to ${treatment.samples} of the ${needed} queries that min_samples asks for ${since}.`;
  if (ratio !== null && comparableControl(rollout) === null)
    return `No data: the control, which max_cost_ratio compares with, did not come to the ${needed} queries that min_samples asks for ${since}.`;
  return null;
}

function percent(share: number): string {
  return `${rounded(share * 100)} %`;
}

function dollars({ mean_cost_usd: cost }: ArmFigures): string {
  return `$${Number((cost ?? 0).toPrecision(3))}`;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
