import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { TenantPopulationService } from '../population/tenant-population.service.js';
import { diffConfigurations, type FieldChange, type Selector, type SettingsPatch } from '#settings';
import type { BulkOutcome, OutcomeCounts } from './bulk-operation.js';
import { type EvaluatedGroup, countOutcomes, evaluateGroup, toAffectedGroup } from './bulk-evaluation.js';

/** What would become of one tenant. */
interface SampledTenant {
  readonly tenant_id: string;
  readonly outcome: BulkOutcome;
  readonly detail: string | null;
  readonly changes: readonly FieldChange[];
}

export interface DryRun {
  readonly counts: OutcomeCounts;
  readonly sample: readonly SampledTenant[];
}

const maxSampleSize = 20;

/** Tells what a bulk update would do, and does nothing. */
@Injectable()
export class DryRunService {
  constructor(private readonly population: TenantPopulationService) {}

  async run(selector: Selector, changes: SettingsPatch): Promise<DryRun> {
    const [groups, sharedInputs] = [
      await this.population.findGroups(selector),
      await this.population.loadSharedInputs(),
    ];
    const evaluated: EvaluatedGroup[] = [];
    for (const group of groups) {
      const affectedGroup = toAffectedGroup(group);
      const evaluation = evaluateGroup(affectedGroup, { kind: 'update', changes }, sharedInputs);
      evaluated.push({ group: affectedGroup, evaluation });
      if (evaluated.length % 100 === 0) await yieldToEventLoop();
    }
    return { counts: countOutcomes(evaluated), sample: sampleTenants(evaluated) };
  }
}

/** Of as many classes as there is room for, the same number of tenants each. */
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
