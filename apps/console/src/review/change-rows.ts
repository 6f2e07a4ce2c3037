import type { SettingsPatch } from '../draft/draft-store.js';
import { applyPatch, overrideAllowed } from '../draft/patch.js';
import { type Explained, type LayerName, layerBelowTenant, winningLayer } from '../settings/explanation.js';
import type { SettingSchema } from '../settings/setting-schema.js';
import { texts } from './review.texts.js';

/** One changed setting: both values, and the layer that each comes from. */
export interface ChangeRow {
  readonly name: string;
  readonly title: string;
  readonly from: unknown;
  readonly fromLayer: LayerName;
  readonly to: unknown;
  readonly toLayer: LayerName;
}

/** What a patch changes, in the order of the settings. A reset shows the value of the layer below. */
export function changeRows(
  patch: SettingsPatch,
  { own, effective, layers }: Pick<Explained, 'own' | 'effective' | 'layers'>,
  settings: readonly SettingSchema[],
): ChangeRow[] {
  const after = applyPatch(own, patch);
  return settings
    .filter(({ name }) => Object.hasOwn(patch, name))
    .map(({ name, title, inherited }) => {
      const values = layers[name] ?? [];
      const isStoredBefore = Object.hasOwn(own, name);
      const isStoredAfter = Object.hasOwn(after, name);
      return {
        name,
        title,
        from: isStoredBefore ? own[name] : effective[name],
        fromLayer: isStoredBefore ? 'tenant' : winningLayer(values),
        to: isStoredAfter ? after[name] : inherited,
        toLayer: isStoredAfter ? 'tenant' : layerBelowTenant(values),
      };
    });
}

/** A change of what is stored, with the value that applies where nothing is. */
export interface StoredChange {
  readonly field: string;
  readonly title: string;
  readonly from: unknown;
  readonly to: unknown;
  readonly fromNote?: string;
  readonly toNote?: string;
}

/** Changes of stored values as a person sees them now: null becomes the value of the layers below, with `note`. */
export function storedChanges(
  changes: readonly { readonly field: string; readonly from: unknown; readonly to: unknown }[],
  settings: readonly SettingSchema[],
  note: string,
): StoredChange[] {
  return changes.map(({ field, from, to }) => {
    const { title = field, inherited = null } = settings.find(({ name }) => name === field) ?? {};
    return {
      field,
      title,
      from: from ?? inherited,
      to: to ?? inherited,
      ...(from === null && { fromNote: note }),
      ...(to === null && { toNote: note }),
    };
  });
}

/** The change in a few words: "temperature, max_tokens and 2 more". */
export function changeSummary(patch: SettingsPatch): string {
  const names = Object.keys(patch).map((name) => (name === overrideAllowed ? texts.lock : name));
  const first = names.slice(0, 2).join(', ');
  return names.length > 2 ? texts.andMore(first, names.length - 2) : first;
}
