import type { SettingsPatch } from '../draft/draft-store.js';
import { isSame } from '../draft/json.js';
import { applyPatch, overrideAllowed, withValue } from '../draft/patch.js';
import { type Explained, layerBelowTenant, winningLayer } from '../settings/explanation.js';
import type { SettingSchema } from '../settings/setting-schema.js';
import { texts } from '../settings/settings.texts.js';

/** What is known of the tenant. */
interface KnownTenant {
  readonly configuration: Pick<Explained, 'effective' | 'layers' | 'own'>;
  readonly settings: readonly SettingSchema[];
}

/** A setting of a tenant with the value that applies now, and the one that a change gives it. */
interface EffectiveChange {
  readonly field: string;
  readonly title: string;
  readonly from: unknown;
  readonly fromNote?: string;
  readonly to: unknown;
  readonly toNote?: string;
}

/** What a patch changes of the values that apply. A reset shows the value of the layer below. */
export function effectiveChanges(
  patch: SettingsPatch,
  { configuration: { effective, layers, own }, settings }: KnownTenant,
): EffectiveChange[] {
  const after = applyPatch(own, patch);
  return Object.keys(patch).map((field) => {
    const setting = settings.find(({ name }) => name === field);
    const from = effective[field];
    if (setting === undefined) return { field, title: titleOf(field), from, to: patch[field] };
    const values = layers[field] ?? [];
    const fromNote = texts.layer(winningLayer(values));
    const isStored = Object.hasOwn(after, field);
    const to = isStored
      ? { to: after[field] }
      : { to: setting.inherited, toNote: texts.layer(layerBelowTenant(values)) };
    return { field, title: setting.title, from, fromNote, ...to };
  });
}

const titleOf = (field: string): string => (field === overrideAllowed ? texts.overrideAllowed.label : field);

/** The patch that gives the tenant those of the values that are not the ones that apply already; null resets a setting. */
export function patchTo(values: SettingsPatch, tenant: KnownTenant): SettingsPatch {
  const patch = Object.entries(values).reduce<SettingsPatch>(
    (sum, [name, value]) => withValue(sum, tenant.configuration.own, name, value),
    {},
  );
  const changed = effectiveChanges(patch, tenant).filter(({ from, to }) => !isSame(from, to));
  return Object.fromEntries(changed.map(({ field }) => [field, patch[field]]));
}
