import { useSyncExternalStore } from 'react';

/** A merge patch: setting → its new value, or null to reset it. */
export type SettingsPatch = Readonly<Record<string, unknown>>;

/** Changes of a tenant's settings that are not saved. The Configuration screen, the prompt editor and the playground share one. */
export interface Draft {
  /** The version that the person saw when they began. */
  readonly baseVersion: number;
  readonly patch: SettingsPatch;
}

const keyOf = (tenantId: string): string => `attune-draft:${tenantId}`;
const changed = 'attune-draft-changed';
const parsed = new Map<string, { text: string; draft: Draft | null }>();

/** The tenant's draft, or null. The same draft is the same object, so that React can compare it. */
export function readDraft(tenantId: string): Draft | null {
  const text = sessionStorage.getItem(keyOf(tenantId)) ?? '';
  const known = parsed.get(tenantId);
  if (known?.text === text) return known.draft;
  const draft = parseDraft(text);
  parsed.set(tenantId, { text, draft });
  return draft;
}

/** Keeps the draft for this tab; null, or a patch without settings, forgets it. */
export function writeDraft(tenantId: string, draft: Draft | null): void {
  if (draft === null || Object.keys(draft.patch).length === 0) sessionStorage.removeItem(keyOf(tenantId));
  else sessionStorage.setItem(keyOf(tenantId), JSON.stringify(draft));
  dispatchEvent(new Event(changed));
}

/** The draft with one setting more; `undefined` takes the setting out of it. A new draft begins at `version`. */
export function withSetting(draft: Draft | null, version: number, field: string, value: unknown): Draft {
  const patch = { ...draft?.patch, [field]: value };
  if (value === undefined) delete patch[field];
  return { baseVersion: draft?.baseVersion ?? version, patch };
}

/** The tenant's draft; the component is drawn again when any screen changes it. */
export function useDraft(tenantId: string): Draft | null {
  return useSyncExternalStore(subscribe, () => readDraft(tenantId));
}

function subscribe(onChange: () => void): () => void {
  addEventListener(changed, onChange);
  return () => removeEventListener(changed, onChange);
}

function parseDraft(text: string): Draft | null {
  if (text === '') return null;
  try {
    const { baseVersion, patch } = JSON.parse(text) as Partial<Draft>;
    const isDraft = typeof baseVersion === 'number' && typeof patch === 'object' && patch !== null;
    return isDraft ? { baseVersion, patch } : null;
  } catch {
    return null;
  }
}
