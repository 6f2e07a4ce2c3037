import { Injectable } from '@nestjs/common';
import { yieldToEventLoop } from '#kernel';
import {
  BlastRadius,
  type BlastRadiusReport,
  type PreviewPage,
  type Catalogue,
  ModelEnvironment,
  type TenantDifference,
} from '#tenancy';
import type { ConfigurationGroup } from '../population/tenant-population.repository.js';
import { pageOfTenants } from '../population/tenant-page.js';
import {
  type SharedInputs,
  TenantPopulationService,
  resolveGroup,
} from '../population/tenant-population.service.js';
import { type FieldChange, diffConfigurations, type Model, type Plan } from '#settings';
import type { TenantSettings } from '#settings';

/** What a change of the shared layers does to the tenants of one group. */
interface GroupEffect extends Pick<ConfigurationGroup, 'tenants' | 'approval_required'> {
  readonly before: TenantSettings;
  readonly after: TenantSettings;
  readonly changes: readonly FieldChange[];
  /** True if no model would answer the queries of these tenants after the change. */
  readonly isFailing: boolean;
}

const maxSampleSize = 20;
/** Other requests run after so many groups. */
const groupsPerYield = 100;

/**
 * Previews a change of the shared layers: resolves every tenant with the current and with the proposed layers. It writes nothing.
 * A report counts the tenants that the change concerns and those whose resolved settings change, with a sample of at most 20.
 *
 * ```ts
 * const { changed, sample } = await blastRadiusCalculator.previewDefaults({ ...initialSettings(), temperature: 0.2 });
 * sample[0]?.changes; // [{ field: 'temperature', from: 0.7, to: 0.2 }]
 * ```
 */
@Injectable()
export class BlastRadiusCalculator extends BlastRadius {
  constructor(
    private readonly population: TenantPopulationService,
    private readonly environment: ModelEnvironment,
  ) {
    super();
  }

  /** The effect of storing this plan, new or changed, on the tenants that are on it. Tenants on other plans do not count as matched. */
  async previewPlan(plan: Plan, page: PreviewPage | null = null): Promise<BlastRadiusReport> {
    const groups = await this.population.findGroups({ plans: [plan.id] });
    const effects = await this.computeEffects(groups, ({ plans }) => ({
      plans: new Map(plans).set(plan.id, plan),
    }));
    return toReport(effects, effects.filter(hasChanges), page);
  }

  /** The effect on every tenant if these were the platform's defaults. */
  async previewDefaults(
    platform: TenantSettings,
    page: PreviewPage | null = null,
  ): Promise<BlastRadiusReport> {
    const effects = await this.computeEffects(await this.population.findGroups(), () => ({ platform }));
    return toReport(effects, effects.filter(hasChanges), page);
  }

  /**
   * The effect of storing this model on the tenants that use it before or after the change, as their model or as their fallback.
   * The sample has tenants without a change too, after the others: a retired model stays with its tenants.
   */
  async previewModel(model: Model, page: PreviewPage | null = null): Promise<BlastRadiusReport> {
    const allEffects = await this.computeEffects(await this.population.findGroups(), ({ catalogue }) => ({
      catalogue: new Map(catalogue).set(model.id, model),
    }));
    const effectsOnModel = allEffects.filter(
      ({ before, after }) => usesModel(before, model.id) || usesModel(after, model.id),
    );
    const unchanged = effectsOnModel.filter((effect) => !hasChanges(effect));
    return toReport(effectsOnModel, [...effectsOnModel.filter(hasChanges), ...unchanged], page);
  }

  /** The shared layers are loaded after the groups, so that they have every plan that a group names. */
  private async computeEffects(
    groups: readonly ConfigurationGroup[],
    change: (current: SharedInputs) => Partial<SharedInputs>,
  ): Promise<GroupEffect[]> {
    const now = await this.population.loadSharedInputs();
    const proposed = { ...now, ...change(now) };
    const effects: GroupEffect[] = [];
    for (const [index, group] of groups.entries()) {
      if (index % groupsPerYield === groupsPerYield - 1) await yieldToEventLoop();
      const effect = computeEffect(group, now, proposed);
      effects.push({ ...effect, isFailing: this.isFailing(effect.after, proposed.catalogue) });
    }
    return effects;
  }

  /** A model that is not in the catalogue counts as one that can be asked: the check of references is elsewhere. */
  private isFailing({ model_name, model_fallback }: TenantSettings, catalogue: Catalogue): boolean {
    const canAnswer = (id: string): boolean => {
      const model = catalogue.get(id);
      return id !== 'none' && (model === undefined || this.environment.findObstacle(model) === null);
    };
    return !canAnswer(model_name) && !canAnswer(model_fallback);
  }
}

function computeEffect(
  group: ConfigurationGroup,
  current: SharedInputs,
  proposed: SharedInputs,
): Omit<GroupEffect, 'isFailing'> {
  const before = resolveGroup(group, current).settings;
  const after = resolveGroup(group, proposed).settings;
  const { override_allowed, approval_required } = group;
  const changes = diffConfigurations(
    { settings: before, override_allowed },
    { settings: after, override_allowed },
  );
  return { tenants: group.tenants, approval_required, before, after, changes };
}

function hasChanges({ changes }: GroupEffect): boolean {
  return changes.length > 0;
}

function usesModel({ model_name, model_fallback }: TenantSettings, modelId: string): boolean {
  return model_name === modelId || model_fallback === modelId;
}

function toReport(
  effects: readonly GroupEffect[],
  sampledEffects: readonly GroupEffect[],
  page: PreviewPage | null,
): BlastRadiusReport {
  const changing = effects.filter(hasChanges);
  const bound = changing.filter(({ approval_required: isBound }) => isBound);
  return {
    matched: countTenants(effects),
    changed: countTenants(changing),
    failing: countTenants(effects.filter(({ isFailing }) => isFailing)),
    approval_required: { changed: countTenants(bound), sample: sampleTenants(bound) },
    sample: sampleTenants(sampledEffects),
    ...(page === null ? {} : { page: pageOfTenants(sampledEffects, page, toDifference) }),
  };
}

function toDifference({ changes }: GroupEffect, tenant_id: string): TenantDifference {
  return { tenant_id, changes };
}

function countTenants(effects: readonly GroupEffect[]): number {
  return effects.reduce((sum, { tenants }) => sum + tenants.length, 0);
}

/** Takes one tenant of each group in turn, so that a small sample shows every kind of difference. */
function sampleTenants(effects: readonly GroupEffect[]): TenantDifference[] {
  const sample: TenantDifference[] = [];
  for (let round = 0; round < maxSampleSize && sample.length < maxSampleSize; round += 1)
    for (const { tenants, changes } of effects.slice(0, maxSampleSize)) {
      const tenant = tenants[round];
      if (tenant) sample.push({ tenant_id: tenant.tenant_id, changes });
    }
  return sample.slice(0, maxSampleSize);
}
