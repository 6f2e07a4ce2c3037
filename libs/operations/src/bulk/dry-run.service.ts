import { Injectable } from '@nestjs/common';
import { yieldToEventLoop } from '#kernel';
import { TenantPopulationService } from '../population/tenant-population.service.js';
import { diffConfigurations, type FieldChange, type Selector, type SettingsPatch } from '#settings';
import type { BulkOutcome, OutcomeCounts } from './bulk-operation.js';
import { type EvaluatedGroup, countOutcomes, evaluateGroup, toOutcomeSize } from './bulk-evaluation.js';

/** What the update would do to one tenant. */
interface SampledTenant {
  readonly tenant_id: string;
  readonly outcome: BulkOutcome;
  readonly detail: string | null;
  readonly changes: readonly FieldChange[];
}

/** The result of a dry run. */
export interface DryRun {
  readonly counts: OutcomeCounts;
  readonly sample: readonly SampledTenant[];
}

const maxSampleSize = 20;
/** A dry run has no base version and reverts nothing. */
const noBase = { conflicts: null, previous: null, previous_set_by: null };

/** Computes what a bulk update would do. It writes nothing. */
@Injectable()
export class DryRunService {
  constructor(private readonly population: TenantPopulationService) {}

  /** The outcomes of all selected tenants, and a sample of at most 20 tenants without unchanged ones. */
  async run(selector: Selector, changes: SettingsPatch): Promise<DryRun> {
    const [groups, sharedInputs] = [
      await this.population.findGroups(selector),
      await this.population.loadSharedInputs(),
    ];
    const evaluated: EvaluatedGroup[] = [];
    for (const group of groups) {
      const evaluation = evaluateGroup({ ...group, ...noBase }, { kind: 'update', changes }, sharedInputs);
      evaluated.push({ group, evaluation });
      if (evaluated.length % 100 === 0) await yieldToEventLoop();
    }
    return { counts: countOutcomes(evaluated.map(toOutcomeSize)), sample: sampleTenants(evaluated) };
  }
}

/** Takes the same number of tenants from each group, from as many groups as the sample has room for. */
function sampleTenants(evaluated: readonly EvaluatedGroup[]): SampledTenant[] {
  const changedGroups = evaluated.filter(({ evaluation }) => evaluation.outcome !== 'unchanged');
  const tenantsPerGroup = Math.max(1, Math.floor(maxSampleSize / Math.max(1, changedGroups.length)));
  return changedGroups
    .slice(0, maxSampleSize)
    .flatMap((entry) => sampleGroup(entry, tenantsPerGroup))
    .slice(0, maxSampleSize);
}

function sampleGroup({ group, evaluation }: EvaluatedGroup, count: number): SampledTenant[] {
  const { outcome, detail, settings } = evaluation;
  const { override_allowed } = group;
  const changes = diffConfigurations(group, { settings, override_allowed });
  return group.tenants.slice(0, count).map(({ tenant_id }) => ({ tenant_id, outcome, detail, changes }));
}
