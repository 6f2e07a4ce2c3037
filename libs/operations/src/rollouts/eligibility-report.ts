import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { ConfigurationGroup } from '../population/tenant-population.repository.js';
import { type SharedInputs, layersOfGroup } from '../population/tenant-population.service.js';
import { assignArm } from '#config';
import type { RunningRollout } from '#config';
import { type Eligibility, evaluateEligibility, eligibilities } from '#config';

/** The selected tenants by how they stand to a rollout. */
export type EligibilityReport = Readonly<Record<Eligibility, readonly ConfigurationGroup[]>>;

/** One with a long template takes milliseconds; requests are served in between. */
const groupsPerYield = 5;

/** Decided once for all tenants with equal configurations. Flags, which are a tenant's own, are not looked at. */
export async function createEligibilityReport(
  { changes }: Pick<RunningRollout, 'changes'>,
  groups: readonly ConfigurationGroup[],
  sharedInputs: SharedInputs,
): Promise<EligibilityReport> {
  const report = Object.fromEntries(
    eligibilities.map((eligibility) => [eligibility, []]),
  ) as unknown as Record<Eligibility, ConfigurationGroup[]>;
  for (const [index, group] of groups.entries()) {
    report[evaluateEligibility(changes, { ...group, layers: layersOfGroup(group, sharedInputs) })].push(
      group,
    );
    if (index % groupsPerYield === 0) await yieldToEventLoop();
  }
  return report;
}

/** How many tenants stand how. */
export type EligibilityCounts = Readonly<Record<Eligibility, number>> & {
  readonly matched: number;
  /** null where it is queries that are in an arm. */
  readonly treatment: number | null;
};

export function countTenants(rollout: RunningRollout, report: EligibilityReport): EligibilityCounts {
  const counts = Object.fromEntries(
    eligibilities.map((eligibility) => [eligibility, tenantsOfGroups(report[eligibility]).length]),
  ) as unknown as Record<Eligibility, number>;
  const matched = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { ...counts, matched, treatment: rollout.unit === 'tenant' ? countTreated(rollout, report) : null };
}

export function tenantsOfGroups(groups: readonly ConfigurationGroup[]): ConfigurationGroup['tenants'] {
  return groups.flatMap(({ tenants }) => tenants);
}

function countTreated(rollout: RunningRollout, { eligible }: EligibilityReport): number {
  return tenantsOfGroups(eligible).filter(({ tenant_id: id }) => assignArm(rollout, id) === 'treatment')
    .length;
}
