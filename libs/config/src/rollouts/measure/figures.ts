import { type Tally, p95Of } from './tally.js';

/** What an arm's queries came to, as it is shown and judged. Shares are of 1; null where there is nothing to tell from. */
export interface ArmFigures {
  readonly samples: number;
  readonly error_rate: number | null;
  readonly fallback_rate: number | null;
  readonly p95_ms: number | null;
  /** Of the queries that were answered. */
  readonly mean_cost_usd: number | null;
}

export function figuresOf(tally: Tally): ArmFigures {
  const { samples, errors, fallbacks, cost_usd: cost } = tally;
  return {
    samples,
    error_rate: share(errors, samples),
    fallback_rate: share(fallbacks, samples),
    p95_ms: p95Of(tally),
    mean_cost_usd: share(cost, samples - errors),
  };
}

/** The treatment's mean cost over the control's, to the millionth: infinite where only the control is free, 1 where both are. */
export function costRatio(control: ArmFigures, treatment: ArmFigures): number | null {
  const [before, after] = [control.mean_cost_usd, treatment.mean_cost_usd];
  if (before === null || after === null) return null;
  return before === 0 && after === 0 ? 1 : Number((after / before).toFixed(6));
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
