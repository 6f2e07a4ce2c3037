import { Injectable } from '@nestjs/common';
import { type FieldError, TenantNotFoundError } from '#kernel';
import {
  type Catalogue,
  type ModelReference,
  type Plan,
  type PlanChange,
  PlanChangeCheck,
  PlanRules,
  tiers,
} from '#tenancy';
import { ConfigurationRepository } from '../storage/configuration.repository.js';
import { PlatformDefaultsService } from '../read/platform-defaults.service.js';
import type { Layers } from '#settings';
import { findChangeErrors, findValueErrors } from '#settings';
import { type PartialSettings, getSettingDeclaration, isSettingName } from '#settings';

/** No more than a person would read: a plan may hold thousands of wrong names. */
const maxErrors = 200;

/** What a plan may say about settings, for `tenancy`, which does not know them. */
@Injectable()
export class ConfiguredPlanRules extends PlanRules {
  constructor(private readonly defaults: PlatformDefaultsService) {
    super();
  }

  async findPlanErrors(plan: Plan, catalogue: Catalogue): Promise<FieldError[]> {
    const valueErrors = findValueErrors(plan.defaults);
    const errors = [
      ...prefixFields(
        'defaults',
        valueErrors.length > 0 ? valueErrors : await this.findDefaultErrors(plan, catalogue),
      ),
      ...Object.entries(plan.ceilings).flatMap(([name, value]) => findCeilingErrors(name, value)),
      ...findUnknownNameErrors('locked_settings', plan.locked_settings, isSettingName),
      ...findUnknownNameErrors('allowed_tiers', plan.allowed_tiers, (tier) =>
        (tiers as readonly string[]).includes(tier),
      ),
      ...findUnknownNameErrors('allowed_models', plan.allowed_models, (model) => catalogue.has(model)),
    ];
    return errors.slice(0, maxErrors);
  }

  async findModelReferences(modelId: string, plans: readonly Plan[]): Promise<ModelReference[]> {
    const platform = { plan: null, defaults: await this.defaults.getInTransaction() };
    const layers = [platform, ...plans.map(({ id, defaults }) => ({ plan: id, defaults }))];
    return layers.flatMap(({ plan, defaults }) =>
      (['model_name', 'model_fallback'] as const)
        .filter((setting) => (defaults as PartialSettings)[setting] === modelId)
        .map((setting) => ({ plan, setting })),
    );
  }

  /** A plan's defaults have to keep the plan's own rules: a tenant that sets nothing gets them. */
  private async findDefaultErrors(plan: Plan, catalogue: Catalogue): Promise<FieldError[]> {
    const own = plan.defaults as PartialSettings;
    const base: Layers = {
      platform: await this.defaults.getInTransaction(),
      plan: { ...plan, defaults: {} },
      own: {},
      setBy: {},
      catalogue,
    };
    return findChangeErrors(base, { ...base, plan, own }, new Set(Object.keys(own)));
  }
}

/** Whether a tenant's own settings fit another plan. */
@Injectable()
export class ConfiguredPlanChangeCheck extends PlanChangeCheck {
  constructor(
    private readonly configurations: ConfigurationRepository,
    private readonly defaults: PlatformDefaultsService,
  ) {
    super();
  }

  async findErrors({ tenantId, from, to, catalogue }: PlanChange): Promise<FieldError[]> {
    const stored = await this.configurations.lock(tenantId);
    if (!stored) throw new TenantNotFoundError();
    const { settings: own, set_by: setBy } = stored;
    const before = { platform: await this.defaults.getInTransaction(), plan: from, own, setBy, catalogue };
    return findChangeErrors(before, { ...before, plan: to }, new Set());
  }
}

function prefixFields(parent: string, errors: readonly FieldError[]): FieldError[] {
  return errors.map((error) => ({ ...error, field: `${parent}.${error.field}` }));
}

function findCeilingErrors(name: string, value: unknown): FieldError[] {
  const field = `ceilings.${name.slice(0, 100)}`;
  const isNumeric = isSettingName(name) && typeof getSettingDeclaration(name).initial === 'number';
  if (!isNumeric)
    return [{ field, rule: 'unknown_field', message: `${field} names no setting that is a number.`, value }];
  if (typeof value !== 'number' || !Number.isFinite(value))
    return [{ field, rule: 'type', message: `${field} must be a number.`, value }];
  return prefixFields('ceilings', findValueErrors({ [name]: value }));
}

function findUnknownNameErrors(
  field: string,
  names: readonly string[],
  isKnown: (name: string) => boolean,
): FieldError[] {
  return names
    .filter((word) => !isKnown(word))
    .map((word) => ({ field, rule: 'enum', message: `${field} holds an unknown name.`, value: word }));
}
