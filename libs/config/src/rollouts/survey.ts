import { setImmediate as breathe } from 'node:timers/promises';
import type { ConfigurationClass } from '../fleet/fleet.repository.js';
import { type Commons, layersOfClass } from '../fleet/fleet.service.js';
import { armOf } from './arm.js';
import type { RunningRollout } from './rollout.js';
import { type Standing, standingOf, standings } from './standing.js';

/** The selected tenants by how they stand to a rollout. */
export type Survey = Readonly<Record<Standing, readonly ConfigurationClass[]>>;

/** One with a long template takes milliseconds; requests are served in between. */
const lookedAtOnce = 5;

/** Decided once for all tenants with equal configurations. Flags, which are a tenant's own, are not looked at. */
export async function surveyOf(
  { changes }: Pick<RunningRollout, 'changes'>,
  classes: readonly ConfigurationClass[],
  commons: Commons,
): Promise<Survey> {
  const survey = Object.fromEntries(standings.map((standing) => [standing, []])) as unknown as Record<
    Standing,
    ConfigurationClass[]
  >;
  for (const [at, one] of classes.entries()) {
    survey[standingOf(changes, { ...one, layers: layersOfClass(one, commons) })].push(one);
    if (at % lookedAtOnce === 0) await breathe();
  }
  return survey;
}

/** How many tenants stand how. */
export type TenantCounts = Readonly<Record<Standing, number>> & {
  readonly matched: number;
  /** null where it is queries that are in an arm. */
  readonly treatment: number | null;
};

export function countsOf(rollout: RunningRollout, survey: Survey): TenantCounts {
  const counts = Object.fromEntries(
    standings.map((standing) => [standing, tenantsOf(survey[standing]).length]),
  ) as unknown as Record<Standing, number>;
  const matched = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { ...counts, matched, treatment: rollout.unit === 'tenant' ? treated(rollout, survey) : null };
}

export function tenantsOf(classes: readonly ConfigurationClass[]): ConfigurationClass['tenants'] {
  return classes.flatMap(({ tenants }) => tenants);
}

function treated(rollout: RunningRollout, { eligible }: Survey): number {
  return tenantsOf(eligible).filter(({ tenant_id: id }) => armOf(rollout, id) === 'treatment').length;
}
