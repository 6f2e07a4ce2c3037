import { isJsonEqual } from '#kernel';
import { settingNames } from '../definition/setting-names.js';
import { usableValue } from '../definition/usable-value.js';
import type { SettingName } from '../definition/tenant-settings.js';
import { type Layers, type SettingSource, isModelUsable, resolveSettings } from './layers.js';

/** A layer that has a value for a setting. */
export interface LayerValue {
  readonly layer: SettingSource;
  readonly value: unknown;
}

/** Why the highest value does not apply: the plan's ceiling is lower, the plan does not include the model, or the plan locks the setting. */
export type CapReason = 'plan_ceiling' | 'plan_models' | 'locked_by_plan';

/** Where each effective value comes from. */
export interface SettingsExplanation {
  /** The values of each setting, lowest layer first. */
  readonly layers: Readonly<Record<SettingName, readonly LayerValue[]>>;
  /** The settings whose highest value does not apply, with that value. */
  readonly capped: Readonly<Partial<Record<SettingName, { readonly by: CapReason; readonly from: unknown }>>>;
}

/** All values of all layers, and where the plan does not let the highest one apply. */
export function explainSettings(layers: Layers): SettingsExplanation {
  const { settings } = resolveSettings(layers);
  const values = settingNames.map((name) => [name, layerValues(layers, name)] as const);
  const capped = values.flatMap(([name, list]) => {
    const { value: from } = list.at(-1)!;
    return isJsonEqual(from, settings[name])
      ? []
      : [[name, { by: capReason(layers, name, list.at(-1)!), from }] as const];
  });
  return {
    layers: Object.fromEntries(values) as unknown as SettingsExplanation['layers'],
    capped: Object.fromEntries(capped),
  };
}

function layerValues({ platform, plan, own, overlays }: Layers, name: SettingName): LayerValue[] {
  const all: LayerValue[] = [
    { layer: 'platform', value: platform[name] },
    { layer: 'plan', value: plan.defaults[name] },
    { layer: 'tenant', value: own[name] },
    { layer: 'flag', value: overlays?.flag?.[name] },
    { layer: 'rollout', value: overlays?.rollout?.[name] },
  ];
  return all
    .map(({ layer, value }) => ({ layer, value: usableValue(name, value) }))
    .filter(({ value }) => value !== undefined);
}

function capReason(layers: Layers, name: SettingName, { layer, value }: LayerValue): CapReason {
  const isLocked = layers.plan.locked_settings.includes(name);
  const isIgnored =
    layer === 'tenant' ? layers.setBy[name] === 'tenant_admin' : layer !== 'platform' && layer !== 'plan';
  if (isLocked && isIgnored) return 'locked_by_plan';
  return isModelUsable(layers, name, value) ? 'plan_ceiling' : 'plan_models';
}
