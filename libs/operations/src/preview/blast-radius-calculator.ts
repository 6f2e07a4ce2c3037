import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { BlastRadius, type Model, type Plan, type BlastRadiusReport, type TenantDifference } from '#tenancy';
import type { ConfigurationGroup } from '../population/tenant-population.repository.js';
import {
  type SharedInputs,
  TenantPopulationService,
  resolveGroup,
} from '../population/tenant-population.service.js';
import { type FieldChange, diffConfigurations } from '#settings';
import type { TenantSettings } from '#settings';

/** What a change of the commons does to the tenants of one class. */
interface GroupEffect extends Pick<ConfigurationGroup, 'tenants'> {
  readonly before: TenantSettings;
  readonly after: TenantSettings;
  readonly changes: readonly FieldChange[];
}

const maxSampleSize = 20;
/** Classes that are compared before other requests have their turn. */
const groupsPerYield = 100;

/** Resolves the whole fleet twice, with the commons as they are and as they would be. */
@Injectable()
export class BlastRadiusCalculator extends BlastRadius {
  constructor(private readonly population: TenantPopulationService) {
    super();
  }

  async previewPlan(plan: Plan): Promise<BlastRadiusReport> {
    const groups = await this.population.findGroups({ plans: [plan.id] });
    const effects = await this.computeEffects(groups, ({ plans }) => ({
      plans: new Map(plans).set(plan.id, plan),
    }));
    return toReport(effects, effects.filter(hasChanges));
  }

  /** If these were the platform's defaults. */
  async previewDefaults(platform: TenantSettings): Promise<BlastRadiusReport> {
    const effects = await this.computeEffects(await this.population.findGroups(), () => ({ platform }));
    return toReport(effects, effects.filter(hasChanges));
  }

  async previewModel(model: Model): Promise<BlastRadiusReport> {
    const allEffects = await this.computeEffects(await this.population.findGroups(), ({ catalogue }) => ({
      catalogue: new Map(catalogue).set(model.id, model),
    }));
    const effectsOnModel = allEffects.filter(
      ({ before, after }) => usesModel(before, model.id) || usesModel(after, model.id),
    );
    const unchanged = effectsOnModel.filter((effect) => !hasChanges(effect));
    return toReport(effectsOnModel, [...effectsOnModel.filter(hasChanges), ...unchanged]);
  }

  /** The commons are read after the classes, so that they hold every plan that a class names. */
  private async computeEffects(
    groups: readonly ConfigurationGroup[],
    change: (current: SharedInputs) => Partial<SharedInputs>,
  ): Promise<GroupEffect[]> {
    const now = await this.population.loadSharedInputs();
    const proposed = { ...now, ...change(now) };
    const effects: GroupEffect[] = [];
    for (const [index, group] of groups.entries()) {
      if (index % groupsPerYield === groupsPerYield - 1) await setImmediate();
      effects.push(computeEffect(group, now, proposed));
    }
    return effects;
  }
}

function computeEffect(
  group: ConfigurationGroup,
  current: SharedInputs,
  proposed: SharedInputs,
): GroupEffect {
  const before = resolveGroup(group, current).settings;
  const after = resolveGroup(group, proposed).settings;
  const { override_allowed } = group;
  const changes = diffConfigurations(
    { settings: before, override_allowed },
    { settings: after, override_allowed },
  );
  return { tenants: group.tenants, before, after, changes };
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
): BlastRadiusReport {
  const changed = countTenants(effects.filter(hasChanges));
  return { matched: countTenants(effects), changed, sample: sampleTenants(sampledEffects) };
}

function countTenants(effects: readonly GroupEffect[]): number {
  return effects.reduce((sum, { tenants }) => sum + tenants.length, 0);
}

/** One tenant of each class in turn, so that few of them show every kind of difference. */
function sampleTenants(effects: readonly GroupEffect[]): TenantDifference[] {
  const sample: TenantDifference[] = [];
  for (let round = 0; round < maxSampleSize && sample.length < maxSampleSize; round += 1)
    for (const { tenants, changes } of effects.slice(0, maxSampleSize)) {
      const tenant = tenants[round];
      if (tenant) sample.push({ tenant_id: tenant.tenant_id, changes });
    }
  return sample.slice(0, maxSampleSize);
}
