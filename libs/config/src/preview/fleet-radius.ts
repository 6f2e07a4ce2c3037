import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { BlastRadius, type Model, type Plan, type Radius, type TenantDifference } from '#tenancy';
import type { ConfigurationClass } from '../fleet/fleet.repository.js';
import { type Commons, Fleet, resolveClass } from '../fleet/fleet.service.js';
import { type FieldChange, differences } from '../settings/difference.js';
import type { TenantSettings } from '../settings/tenant-settings.js';

/** What a change of the commons does to the tenants of one class. */
interface Effect extends Pick<ConfigurationClass, 'tenants'> {
  readonly before: TenantSettings;
  readonly after: TenantSettings;
  readonly changes: readonly FieldChange[];
}

const mostShown = 20;
/** Classes that are compared before other requests have their turn. */
const atOnce = 100;

/** Resolves the whole fleet twice, with the commons as they are and as they would be. */
@Injectable()
export class FleetRadius extends BlastRadius {
  constructor(private readonly fleet: Fleet) {
    super();
  }

  async ofPlan(plan: Plan): Promise<Radius> {
    const classes = await this.fleet.classes({ plans: [plan.id] });
    const effects = await this.effects(classes, ({ plans }) => ({
      plans: new Map(plans).set(plan.id, plan),
    }));
    return radiusOf(effects, effects.filter(isChange));
  }

  /** If these were the platform's defaults. */
  async ofDefaults(platform: TenantSettings): Promise<Radius> {
    const effects = await this.effects(await this.fleet.classes(), () => ({ platform }));
    return radiusOf(effects, effects.filter(isChange));
  }

  async ofModel(model: Model): Promise<Radius> {
    const all = await this.effects(await this.fleet.classes(), ({ catalogue }) => ({
      catalogue: new Map(catalogue).set(model.id, model),
    }));
    const onModel = all.filter(({ before, after }) => names(before, model.id) || names(after, model.id));
    const unchanged = onModel.filter((effect) => !isChange(effect));
    return radiusOf(onModel, [...onModel.filter(isChange), ...unchanged]);
  }

  /** The commons are read after the classes, so that they hold every plan that a class names. */
  private async effects(
    classes: readonly ConfigurationClass[],
    changed: (now: Commons) => Partial<Commons>,
  ): Promise<Effect[]> {
    const now = await this.fleet.commons();
    const then = { ...now, ...changed(now) };
    const effects: Effect[] = [];
    for (const [index, one] of classes.entries()) {
      if (index % atOnce === atOnce - 1) await setImmediate();
      effects.push(effectOn(one, now, then));
    }
    return effects;
  }
}

function effectOn(one: ConfigurationClass, now: Commons, then: Commons): Effect {
  const before = resolveClass(one, now).settings;
  const after = resolveClass(one, then).settings;
  const { override_allowed } = one;
  const changes = differences({ settings: before, override_allowed }, { settings: after, override_allowed });
  return { tenants: one.tenants, before, after, changes };
}

function isChange({ changes }: Effect): boolean {
  return changes.length > 0;
}

function names({ model_name, model_fallback }: TenantSettings, modelId: string): boolean {
  return model_name === modelId || model_fallback === modelId;
}

function radiusOf(effects: readonly Effect[], shown: readonly Effect[]): Radius {
  const changed = tenantsOf(effects.filter(isChange));
  return { matched: tenantsOf(effects), changed, sample: sampleOf(shown) };
}

function tenantsOf(effects: readonly Effect[]): number {
  return effects.reduce((sum, { tenants }) => sum + tenants.length, 0);
}

/** One tenant of each class in turn, so that few of them show every kind of difference. */
function sampleOf(effects: readonly Effect[]): TenantDifference[] {
  const sample: TenantDifference[] = [];
  for (let turn = 0; turn < mostShown && sample.length < mostShown; turn += 1)
    for (const { tenants, changes } of effects.slice(0, mostShown)) {
      const tenant = tenants[turn];
      if (tenant) sample.push({ tenant_id: tenant.tenant_id, changes });
    }
  return sample.slice(0, mostShown);
}
