import { type FieldError, didYouMean, maxReportedErrors } from '#kernel';
import { findValueErrors } from '../definition/find-value-errors.js';
import { type Model, tiers } from '../definition/model.js';
import type { Plan } from '../definition/plan.js';
import type { PartialSettings, TenantSettings } from '../definition/tenant-settings.js';
import { getSettingDeclaration, isSettingName, settingNames } from '../definition/setting-names.js';
import { unknownSettingError } from '../definition/unknown-setting.js';
import type { Layers } from './layers.js';
import { prefixFields } from './patch-errors.js';
import { findChangeErrors } from './rules.js';

/** A shared layer that names a model. */
export interface ModelReference {
  /** The plan's id, or null for the platform's defaults. */
  readonly plan: string | null;
  readonly setting: string;
}

/**
 * Every error of a plan: of its defaults, ceilings, locked settings, tiers and models, with fields as in `PUT /v1/platform/plans/{plan}`
 * (`defaults.temperature`). At most 100. The plan's defaults must keep the plan's own rules, because a tenant that sets nothing gets them.
 */
export function findPlanErrors(plan: Plan, shared: Pick<Layers, 'platform' | 'catalogue'>): FieldError[] {
  const valueErrors = findValueErrors(plan.defaults);
  const defaultErrors = valueErrors.length > 0 ? valueErrors : findDefaultErrors(plan, shared);
  const errors = [
    ...prefixFields('defaults', defaultErrors),
    ...Object.entries(plan.ceilings)
      .slice(0, settingNames.length + maxReportedErrors)
      .flatMap(([name, value]) => findCeilingErrors(name, value)),
    ...findUnknownNameErrors('locked_settings', plan.locked_settings, settingNames),
    ...findUnknownNameErrors('allowed_tiers', plan.allowed_tiers, tiers),
    ...findUnknownNameErrors('allowed_models', plan.allowed_models, [...shared.catalogue.keys()]),
  ];
  return errors.slice(0, maxReportedErrors);
}

/** Where the platform's defaults, or those of one of the plans, name the model: it cannot be retired while they do. */
export function findModelReferences(
  modelId: Model['id'],
  { platform, plans }: { readonly platform: TenantSettings; readonly plans: readonly Plan[] },
): ModelReference[] {
  const layers = [
    { plan: null, defaults: platform },
    ...plans.map(({ id, defaults }) => ({ plan: id, defaults: defaults as PartialSettings })),
  ];
  return layers.flatMap(({ plan, defaults }) =>
    (['model_name', 'model_fallback'] as const)
      .filter((setting) => defaults[setting] === modelId)
      .map((setting) => ({ plan, setting })),
  );
}

function findDefaultErrors(plan: Plan, shared: Pick<Layers, 'platform' | 'catalogue'>): FieldError[] {
  const own = plan.defaults as PartialSettings;
  const base: Layers = { ...shared, plan: { ...plan, defaults: {} }, own: {}, setBy: {} };
  return findChangeErrors(base, { ...base, plan, own }, new Set(Object.keys(own)));
}

function findCeilingErrors(name: string, value: unknown): FieldError[] {
  const field = `ceilings.${name.slice(0, 100)}`;
  if (!isSettingName(name)) return [unknownSettingError(field, name, value)];
  const isNumeric = typeof getSettingDeclaration(name).initial === 'number';
  if (!isNumeric) {
    const message = `${name} is not a number, so it has no ceiling; leave it out.`;
    return [{ field, rule: 'unknown_field', message, value }];
  }
  if (typeof value !== 'number' || !Number.isFinite(value))
    return [{ field, rule: 'type', message: `${field} must be a number.`, value }];
  return prefixFields('ceilings', findValueErrors({ [name]: value }));
}

function findUnknownNameErrors(
  field: string,
  names: readonly string[],
  known: readonly string[],
): FieldError[] {
  return names
    .filter((name) => !known.includes(name))
    .slice(0, maxReportedErrors)
    .map((name) => ({
      field,
      rule: 'enum',
      message: `${field} contains the unknown name "${name.slice(0, 200)}".${didYouMean(name, known)}`,
      value: name,
    }));
}
