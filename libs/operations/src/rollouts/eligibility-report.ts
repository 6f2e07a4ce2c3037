import { yieldToEventLoop } from '#kernel';
import type { ConfigurationGroup } from '../population/tenant-population.repository.js';
import { type SharedInputs, layersOfGroup } from '../population/tenant-population.service.js';
import { assignArm } from '#config';
import type { RunningRollout } from '#config';
import { type Eligibility, evaluateEligibility, eligibilities } from '#config';

/** The selected tenants by their eligibility for a rollout. */
export type EligibilityReport = Readonly<Record<Eligibility, readonly ConfigurationGroup[]>>;

/** A group with a long template takes milliseconds. Other requests run between these batches. */
const groupsPerYield = 5;

/** Evaluates each group once for all its tenants. Flags are ignored, because they differ by tenant. */
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

/** The number of tenants with each eligibility. */
export type EligibilityCounts = Readonly<Record<Eligibility, number>> & {
  readonly matched: number;
  /** Tenants in the treatment arm; null for a rollout by query. */
  readonly treatment: number | null;
};

/** Counts the tenants of a report, and those in the treatment arm. */
export function countTenants(rollout: RunningRollout, report: EligibilityReport): EligibilityCounts {
  const counts = Object.fromEntries(
    eligibilities.map((eligibility) => [eligibility, tenantsOfGroups(report[eligibility]).length]),
  ) as unknown as Record<Eligibility, number>;
  const matched = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { ...counts, matched, treatment: rollout.unit === 'tenant' ? countTreated(rollout, report) : null };
}

/** The tenants of all groups in one list. */
export function tenantsOfGroups(groups: readonly ConfigurationGroup[]): ConfigurationGroup['tenants'] {
  return groups.flatMap(({ tenants }) => tenants);
}

function countTreated(rollout: RunningRollout, { eligible }: EligibilityReport): number {
  return tenantsOfGroups(eligible).filter(({ tenant_id: id }) => assignArm(rollout, id) === 'treatment')
    .length;
}
