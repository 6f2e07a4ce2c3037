import { type LayerValue, type SettingName, type SettingsExplanation, explainSettings } from '#settings';
import { type CompiledConfiguration, toLayers } from '../compile/compiled-configuration.js';
import type { LayerTimes } from '../storage/history.repository.js';

/** The value of one layer, who set it and when. */
export interface ExplainedLayer extends LayerValue {
  /** null where no person did: a flag or a rollout. */
  readonly set_by: 'system' | 'platform_admin' | 'tenant_admin' | 'code' | null;
  /** null where it is not known. */
  readonly at: string | null;
}

/** The additional fields of `GET /v1/config?include=layers`. */
export interface ExplainedConfiguration extends Pick<SettingsExplanation, 'capped'> {
  readonly layers: Readonly<Record<string, readonly ExplainedLayer[]>>;
}

/** Explains each effective value. Without times, while the database cannot be reached, `at` is null. */
export function explainConfiguration(
  { inputs }: Pick<CompiledConfiguration, 'inputs'>,
  times: LayerTimes | null,
): ExplainedConfiguration {
  const { layers, capped } = explainSettings({ ...toLayers(inputs), overlays: inputs.overlays });
  const explain = (name: string, value: LayerValue): ExplainedLayer => ({
    ...value,
    set_by: setterOf(inputs.stored.set_by, { name: name as SettingName, value }, times),
    at: timeOf(name, value, times),
  });
  const explained = Object.entries(layers).map(([name, values]) => [
    name,
    values.map((value) => explain(name, value)),
  ]);
  return { layers: Object.fromEntries(explained) as ExplainedConfiguration['layers'], capped };
}

function setterOf(
  setBy: CompiledConfiguration['inputs']['stored']['set_by'],
  { name, value: { layer } }: { readonly name: SettingName; readonly value: LayerValue },
  times: LayerTimes | null,
): ExplainedLayer['set_by'] {
  if (layer === 'tenant') return setBy[name] ?? 'platform_admin';
  if (layer === 'plan') return 'platform_admin';
  if (layer !== 'platform') return null;
  return times?.platform_by === 'system' ? 'system' : 'platform_admin';
}

function timeOf(name: string, { layer }: LayerValue, times: LayerTimes | null): string | null {
  if (times === null) return null;
  if (layer === 'tenant') return toIso(times.own[name]);
  if (layer === 'plan') return times.plan_at.toISOString();
  return layer === 'platform' ? times.platform_at.toISOString() : null;
}

function toIso(time: string | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString();
}
