import { Injectable } from '@nestjs/common';
import type { Page } from '#http';
import { yieldToEventLoop } from '#kernel';
import type { PreviewPage } from '#tenancy';
import { pageOfTenants } from '../population/tenant-page.js';
import type { ConfigurationGroup } from '../population/tenant-population.repository.js';
import { TenantPopulationService } from '../population/tenant-population.service.js';
import { diffConfigurations, type FieldChange, type Selector, type SettingsPatch } from '#settings';
import type { BulkOutcome, OutcomeCounts } from './bulk-operation.js';
import {
  type EvaluatedGroup,
  type Evaluation,
  countOutcomes,
  evaluateGroup,
  toOutcomeSize,
} from './bulk-evaluation.js';

/** What the update would do to one tenant. */
export interface SampledTenant {
  readonly tenant_id: string;
  readonly outcome: BulkOutcome;
  readonly detail: string | null;
  readonly changes: readonly FieldChange[];
}

/** The result of a dry run. */
export interface DryRun {
  readonly counts: OutcomeCounts;
  readonly sample: readonly SampledTenant[];
  /** All selected tenants, a page at a time; only where one was asked for. */
  readonly page?: Page<SampledTenant>;
}

const maxSampleSize = 20;
/** A dry run has no base version and reverts nothing. */
const noBase = { conflicts: null, previous: null, previous_set_by: null };

/** Computes what a bulk update would do. It writes nothing. */
@Injectable()
export class DryRunService {
  constructor(private readonly population: TenantPopulationService) {}

  /** The outcomes of all selected tenants, and a sample of at most 20 tenants without unchanged ones. */
  async run(
    { selector, changes }: { readonly selector: Selector; readonly changes: SettingsPatch },
    page: PreviewPage | null = null,
  ): Promise<DryRun> {
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
    const dryRun = { counts: countOutcomes(evaluated.map(toOutcomeSize)), sample: sampleTenants(evaluated) };
    return page === null ? dryRun : { ...dryRun, page: pageOfEvaluated(evaluated, page) };
  }
}

function pageOfEvaluated(evaluated: readonly EvaluatedGroup[], page: PreviewPage): Page<SampledTenant> {
  const groups = evaluated.map((entry) => ({ ...entry, tenants: entry.group.tenants }));
  return pageOfTenants(groups, page, ({ group, evaluation }, id) => toSampledTenant(group, evaluation, id));
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
  return group.tenants.slice(0, count).map(({ tenant_id: id }) => toSampledTenant(group, evaluation, id));
}

/** What the evaluation says of one tenant of the group. */
export function toSampledTenant(
  group: Pick<ConfigurationGroup, 'settings' | 'override_allowed'>,
  { outcome, detail, settings }: Evaluation,
  tenant_id: string,
): SampledTenant {
  const { override_allowed } = group;
  return { tenant_id, outcome, detail, changes: diffConfigurations(group, { settings, override_allowed }) };
}
