import type { PartialSettings, Selector } from '#settings';

export const rolloutUnits = ['tenant', 'query'] as const;
export type RolloutUnit = (typeof rolloutUnits)[number];

/** What the treatment may come to at most before the rollout stops itself; null is no limit. Shares are of 1. */
export interface Guardrails {
  readonly max_error_rate: number | null;
  readonly max_p95_ms: number | null;
  /** The treatment's mean cost of a query over the control's. */
  readonly max_cost_ratio: number | null;
  readonly max_fallback_rate: number | null;
  /** As many queries an arm must have answered in this step before it is judged. */
  readonly min_samples: number;
}

/** What a replica needs to know of a rollout to give it to its tenants. */
export interface RunningRollout {
  readonly id: string;
  readonly selector: Selector;
  /** Laid over the tenants' own settings in the treatment arm; `prompt_variables` as a whole. */
  readonly changes: PartialSettings;
  /** Whether whole tenants are in an arm, or the subjects of their queries. */
  readonly unit: RolloutUnit;
  /** 0 to 100, to the hundredth. */
  readonly percentage: number;
  readonly guardrails: Guardrails;
  readonly step: number;
}
