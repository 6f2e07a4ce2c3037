import { isJsonEqual } from '#kernel';
import type { Model } from '../definition/model.js';
import type { Plan } from '../definition/plan.js';
import type { SettingName, PartialSettings, TenantSettings } from '../definition/tenant-settings.js';
import { getSettingDeclaration, settingNames } from '../definition/setting-names.js';
import { usableValue } from '../definition/usable-value.js';

/** The layer that a value comes from. */
export type SettingSource = 'platform' | 'plan' | 'tenant' | 'flag' | 'rollout';
/** Who counts as having set a value: the tenant, the platform, or a tenant's file (`code`). */
export type Setter = 'tenant_admin' | 'platform_admin' | 'code';
/** Own setting → who set it. */
export type SettersByName = { readonly [Name in SettingName]?: Setter };

/** Temporary layers above a tenant's own settings, lowest first. They are not stored with the tenant. */
export interface Overlays {
  readonly flag?: PartialSettings;
  readonly rollout?: PartialSettings;
}

/** The layers that a tenant's settings are resolved from, lowest first (specification §2.1), and the model catalogue. */
export interface Layers {
  readonly platform: TenantSettings;
  readonly plan: Plan;
  readonly own: PartialSettings;
  readonly setBy: SettersByName;
  readonly catalogue: ReadonlyMap<string, Model>;
  readonly overlays?: Overlays;
}

/** The result of `resolveSettings`. */
export interface ResolvedSettings {
  readonly settings: TenantSettings;
  readonly sources: Readonly<Record<SettingName, SettingSource>>;
}

/**
 * The effective settings, and the layer that each came from. A value above the plan's ceiling is lowered to the ceiling, and a model
 * that the plan does not include is skipped. So a change of plan takes effect at once, and nothing stored is lost. A stored value that
 * the setting cannot have, which only SQL can write, is skipped too ({@link usableValue}): one such tenant must not end what is done for
 * all tenants.
 *
 * ```ts
 * const { settings, sources } = resolveSettings(layers);
 * sources.temperature; // 'plan'
 * ```
 */
export function resolveSettings(layers: Layers): ResolvedSettings {
  const resolvedEntries = settingNames.map((name) => [name, pickValue(layers, name)] as const);
  return {
    settings: Object.fromEntries(
      resolvedEntries.map(([name, { value }]) => [name, value]),
    ) as unknown as TenantSettings,
    sources: Object.fromEntries(resolvedEntries.map(([name, { source }]) => [name, source])) as Record<
      SettingName,
      SettingSource
    >,
  };
}

/** The effective values of these settings only. Where the tenant has no own value, that of the layer below. */
export function pickEffectiveSettings(layers: Layers, names: readonly SettingName[]): PartialSettings {
  const { settings } = resolveSettings(layers);
  return Object.fromEntries(names.map((name) => [name, settings[name]]));
}

/** True if the plan's tenants may choose the model: the plan includes its tier or its id, and it is not retired. */
export function isModelAllowed(id: string, { plan, catalogue }: Pick<Layers, 'plan' | 'catalogue'>): boolean {
  const model = catalogue.get(id);
  return model !== undefined && model.state !== 'retired' && isInPlan(model, plan);
}

/** The ids of the models that the plan's tenants may choose. */
export function allowedModels(layers: Pick<Layers, 'plan' | 'catalogue'>): string[] {
  return [...layers.catalogue.keys()].filter((id) => isModelAllowed(id, layers));
}

function isInPlan(model: Model, plan: Plan): boolean {
  return plan.allowed_tiers.includes(model.tier) || plan.allowed_models.includes(model.id);
}

function pickValue(layers: Layers, name: SettingName): { value: unknown; source: SettingSource } {
  const { platform, plan, own, setBy, overlays } = layers;
  const isLocked = plan.locked_settings.includes(name);
  const isIgnored = isLocked && setBy[name] === 'tenant_admin';
  const candidates: { value: unknown; source: SettingSource }[] = [
    ...(isLocked ? [] : overlayCandidates(overlays, name)),
    ...(isIgnored ? [] : [{ value: usableValue(name, own[name]), source: 'tenant' as const }]),
    { value: usableValue(name, plan.defaults[name]), source: 'plan' },
    { value: usableValue(name, platform[name]) ?? getSettingDeclaration(name).initial, source: 'platform' },
  ];
  const candidatesWithValue = candidates.filter(({ value }) => value !== undefined);
  const first =
    candidatesWithValue.find(({ value }) => isModelUsable(layers, name, value)) ??
    candidatesWithValue.at(-1)!;
  return clampToCeiling(first, plan.ceilings[name]);
}

function overlayCandidates(
  overlays: Overlays | undefined,
  name: SettingName,
): { value: unknown; source: SettingSource }[] {
  return [
    { value: usableValue(name, overlays?.rollout?.[name]), source: 'rollout' },
    { value: usableValue(name, overlays?.flag?.[name]), source: 'flag' },
  ];
}

/** False for a model that the plan does not include. Tenants that have a retired model keep it. */
export function isModelUsable({ plan, catalogue }: Layers, name: SettingName, value: unknown): boolean {
  if ((name !== 'model_name' && name !== 'model_fallback') || value === 'none') return true;
  const model = catalogue.get(String(value));
  return model !== undefined && isInPlan(model, plan);
}

function clampToCeiling(
  picked: { value: unknown; source: SettingSource },
  ceiling: number | undefined,
): { value: unknown; source: SettingSource } {
  const isAbove = typeof picked.value === 'number' && ceiling !== undefined && picked.value > ceiling;
  return isAbove ? { value: ceiling, source: 'plan' } : picked;
}

interface SettingsWithSetters {
  readonly settings: PartialSettings;
  readonly set_by: SettersByName;
}

/**
 * Who counts as having set each setting after a change: a value that stays keeps its setter, a new value gets the one that `setterOf`
 * returns. The database decides it with the SQL function `attune_set_by`; this is the same rule for previews. A test,
 * `set-by.int-spec.ts` in libs/config, compares the two.
 */
export function settersAfterChange(
  before: SettingsWithSetters,
  settings: PartialSettings,
  setterOf: (name: SettingName) => Setter,
): SettersByName {
  const names = settingNames.filter((name) => name in settings);
  return Object.fromEntries(
    names.map((name) => {
      const isKept = isJsonEqual(before.settings[name], settings[name]);
      return [name, isKept ? (before.set_by[name] ?? 'platform_admin') : setterOf(name)];
    }),
  );
}
