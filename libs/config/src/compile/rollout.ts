import type { PartialSettings, Selector } from '#settings';

/** What a rollout can split: `tenant` assigns whole tenants to an arm, `query` the subjects of their queries. */
export const rolloutUnits = ['tenant', 'query'] as const;
/** See `rolloutUnits`. */
export type RolloutUnit = (typeof rolloutUnits)[number];

/** The states of a rollout. Only `running` can change. */
export const rolloutStates = ['running', 'stopped', 'promoted', 'aborted'] as const;
/** See `rolloutStates`. */
export type RolloutState = (typeof rolloutStates)[number];

/** The limits of the treatment arm. Beyond one of them the rollout stops itself; null is no limit. Rates are from 0 to 1. */
export interface Guardrails {
  readonly max_error_rate: number | null;
  readonly max_p95_ms: number | null;
  /** The treatment's mean cost of a query, divided by the control's. */
  readonly max_cost_ratio: number | null;
  readonly max_fallback_rate: number | null;
  /** An arm is evaluated once it has answered this many queries in the current step. */
  readonly min_samples: number;
}

/** What a replica needs to apply a rollout to its tenants. */
export interface RunningRollout {
  readonly id: string;
  readonly selector: Selector;
  /** Replaces the tenants' own settings in the treatment arm; `prompt_variables` is replaced as a whole. */
  readonly changes: PartialSettings;
  /** What is assigned to an arm: whole tenants, or the subjects of their queries. */
  readonly unit: RolloutUnit;
  /** The treatment's share: 0 to 100, with two decimal places. */
  readonly percentage: number;
  readonly guardrails: Guardrails;
  readonly step: number;
}
