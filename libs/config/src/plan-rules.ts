import { Injectable } from '@nestjs/common';
import { type Fault, TenantNotFoundError } from '#kernel';
import {
  type Catalogue,
  type ModelMention,
  type Plan,
  type PlanChange,
  PlanChangeCheck,
  SettingRules,
  tiers,
} from '#tenancy';
import { ConfigurationRepository } from './configuration.repository.js';
import { PlatformDefaults } from './read/platform-defaults.js';
import type { Layers } from './settings/layers.js';
import { faultsOfChange, valueFaults } from './settings/rules.js';
import { type SomeSettings, declarationOf, isSettingName } from './settings/tenant-settings.js';

/** No more than a person would read: a plan may hold thousands of wrong names. */
const shownFaults = 200;

/** What a plan may say about settings, for `tenancy`, which does not know them. */
@Injectable()
export class PlanSettingRules extends SettingRules {
  constructor(private readonly platform: PlatformDefaults) {
    super();
  }

  async planFaults(plan: Plan, catalogue: Catalogue): Promise<Fault[]> {
    const single = valueFaults(plan.defaults);
    const faults = [
      ...within('defaults', single.length > 0 ? single : await this.defaultFaults(plan, catalogue)),
      ...Object.entries(plan.ceilings).flatMap(([name, value]) => ceilingFaults(name, value)),
      ...unknownWords('locked_settings', plan.locked_settings, isSettingName),
      ...unknownWords('allowed_tiers', plan.allowed_tiers, (tier) =>
        (tiers as readonly string[]).includes(tier),
      ),
      ...unknownWords('allowed_models', plan.allowed_models, (model) => catalogue.has(model)),
    ];
    return faults.slice(0, shownFaults);
  }

  async mentionsOf(modelId: string, plans: readonly Plan[]): Promise<ModelMention[]> {
    const platform = { plan: null, defaults: await this.platform.stored() };
    const layers = [platform, ...plans.map(({ id, defaults }) => ({ plan: id, defaults }))];
    return layers.flatMap(({ plan, defaults }) =>
      (['model_name', 'model_fallback'] as const)
        .filter((setting) => (defaults as SomeSettings)[setting] === modelId)
        .map((setting) => ({ plan, setting })),
    );
  }

  /** A plan's defaults have to keep the plan's own rules: a tenant that sets nothing gets them. */
  private async defaultFaults(plan: Plan, catalogue: Catalogue): Promise<Fault[]> {
    const own = plan.defaults as SomeSettings;
    const bare: Layers = {
      platform: await this.platform.stored(),
      plan: { ...plan, defaults: {} },
      own: {},
      setBy: {},
      catalogue,
    };
    return faultsOfChange(bare, { ...bare, plan, own }, new Set(Object.keys(own)));
  }
}

/** Whether a tenant's own settings fit another plan. */
@Injectable()
export class TenantPlanCheck extends PlanChangeCheck {
  constructor(
    private readonly configurations: ConfigurationRepository,
    private readonly platform: PlatformDefaults,
  ) {
    super();
  }

  async faultsUnder({ tenantId, from, to, catalogue }: PlanChange): Promise<Fault[]> {
    const stored = await this.configurations.lock(tenantId);
    if (!stored) throw new TenantNotFoundError();
    const { settings: own, set_by: setBy } = stored;
    const before = { platform: await this.platform.stored(), plan: from, own, setBy, catalogue };
    return faultsOfChange(before, { ...before, plan: to }, new Set());
  }
}

function within(parent: string, faults: readonly Fault[]): Fault[] {
  return faults.map((fault) => ({ ...fault, field: `${parent}.${fault.field}` }));
}

function ceilingFaults(name: string, value: unknown): Fault[] {
  const field = `ceilings.${name.slice(0, 100)}`;
  const isNumeric = isSettingName(name) && typeof declarationOf(name).initial === 'number';
  if (!isNumeric)
    return [{ field, rule: 'unknown_field', message: `${field} names no setting that is a number.`, value }];
  if (typeof value !== 'number' || !Number.isFinite(value))
    return [{ field, rule: 'type', message: `${field} must be a number.`, value }];
  return within('ceilings', valueFaults({ [name]: value }));
}

function unknownWords(field: string, words: readonly string[], isKnown: (word: string) => boolean): Fault[] {
  return words
    .filter((word) => !isKnown(word))
    .map((word) => ({ field, rule: 'enum', message: `${field} holds an unknown name.`, value: word }));
}
