import { sameJson } from '#kernel';
import type { Model, Plan } from '#tenancy';
import { type SettingName, type SomeSettings, type TenantSettings, settingNames } from './tenant-settings.js';

type Source = 'platform' | 'plan' | 'tenant' | 'flag' | 'rollout';
export type Setter = 'tenant_admin' | 'platform_admin' | 'code';
export type SetBy = { readonly [Name in SettingName]?: Setter };

/** What lies over a tenant's own settings for a while, lowest first. Nothing of it is stored with the tenant. */
export interface Overlays {
  readonly flag?: SomeSettings;
  readonly rollout?: SomeSettings;
}

/** What a tenant's settings are resolved from, lowest first (SPEC §2.1). */
export interface Layers {
  readonly platform: TenantSettings;
  readonly plan: Plan;
  readonly own: SomeSettings;
  readonly setBy: SetBy;
  readonly catalogue: ReadonlyMap<string, Model>;
  readonly overlays?: Overlays;
}

export interface Resolved {
  readonly settings: TenantSettings;
  readonly sources: Readonly<Record<SettingName, Source>>;
}

/**
 * The effective settings, and the layer that each came from. A value above the plan's ceiling is lowered to it, and a model
 * outside of the plan is passed over, so that a change of plan takes effect at once and loses nothing of what was stored.
 */
export function resolve(layers: Layers): Resolved {
  const picked = settingNames.map((name) => [name, pick(layers, name)] as const);
  return {
    settings: Object.fromEntries(
      picked.map(([name, { value }]) => [name, value]),
    ) as unknown as TenantSettings,
    sources: Object.fromEntries(picked.map(([name, { source }]) => [name, source])) as Record<
      SettingName,
      Source
    >,
  };
}

/** Whether the plan's tenants may choose the model: by its tier or by name, and not when it is retired. */
export function isModelAllowed(id: string, { plan, catalogue }: Pick<Layers, 'plan' | 'catalogue'>): boolean {
  const model = catalogue.get(id);
  return model !== undefined && model.state !== 'retired' && isInPlan(model, plan);
}

/** The models that the plan's tenants may choose. */
export function allowedModels(layers: Pick<Layers, 'plan' | 'catalogue'>): string[] {
  return [...layers.catalogue.keys()].filter((id) => isModelAllowed(id, layers));
}

function isInPlan(model: Model, plan: Plan): boolean {
  return plan.allowed_tiers.includes(model.tier) || plan.allowed_models.includes(model.id);
}

function pick(layers: Layers, name: SettingName): { value: unknown; source: Source } {
  const { platform, plan, own, setBy, overlays } = layers;
  const isLocked = plan.locked_settings.includes(name);
  const isOverruled = isLocked && setBy[name] === 'tenant_admin';
  const candidates: { value: unknown; source: Source }[] = [
    ...(isLocked ? [] : overlaid(overlays, name)),
    ...(isOverruled ? [] : [{ value: own[name], source: 'tenant' as const }]),
    { value: plan.defaults[name], source: 'plan' },
    { value: platform[name], source: 'platform' },
  ];
  const set = candidates.filter(({ value }) => value !== undefined);
  const first = set.find(({ value }) => isPossible(layers, name, value)) ?? set.at(-1)!;
  return clamped(first, plan.ceilings[name]);
}

function overlaid(overlays: Overlays | undefined, name: SettingName): { value: unknown; source: Source }[] {
  return [
    { value: overlays?.rollout?.[name], source: 'rollout' },
    { value: overlays?.flag?.[name], source: 'flag' },
  ];
}

/** A retired model goes on for those who have it; one outside of the plan does not. */
function isPossible({ plan, catalogue }: Layers, name: SettingName, value: unknown): boolean {
  if ((name !== 'model_name' && name !== 'model_fallback') || value === 'none') return true;
  const model = catalogue.get(String(value));
  return model !== undefined && isInPlan(model, plan);
}

function clamped(
  picked: { value: unknown; source: Source },
  ceiling: number | undefined,
): { value: unknown; source: Source } {
  const isAbove = typeof picked.value === 'number' && ceiling !== undefined && picked.value > ceiling;
  return isAbove ? { value: ceiling, source: 'plan' } : picked;
}

interface Stamped {
  readonly settings: SomeSettings;
  readonly set_by: SetBy;
}

/** Who counts as having set each setting after a change, as the database decides it: whoever gave it the value that it has. */
export function setByAfter(
  before: Stamped,
  settings: SomeSettings,
  setterOf: (name: SettingName) => Setter,
): SetBy {
  const names = settingNames.filter((name) => name in settings);
  return Object.fromEntries(
    names.map((name) => {
      const isKept = sameJson(before.settings[name], settings[name]);
      return [name, isKept ? (before.set_by[name] ?? 'platform_admin') : setterOf(name)];
    }),
  );
}
