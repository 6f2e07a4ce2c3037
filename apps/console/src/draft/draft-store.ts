import { useSyncExternalStore } from 'react';
import { isObject } from './json.js';

/** A merge patch (RFC 7396) as the API takes it: a setting that is absent stays, null resets it. */
export type SettingsPatch = Readonly<Record<string, unknown>>;

/** Changes of a tenant's settings that are not saved. The configuration, the prompt editor and the playground share one. */
export interface Draft {
  /** The version that the person saw when they began. */
  readonly baseVersion: number;
  readonly patch: SettingsPatch;
}

const prefix = 'attune-draft:';
const keyOf = (tenantId: string): string => prefix + tenantId;
const drafts = new Map<string, Draft | null>();
const written = new Set<string>();
const listeners = new Set<() => void>();

/** The tenant's draft in this tab, or null. It is the same object until it changes. */
export function readDraft(tenantId: string): Draft | null {
  if (!drafts.has(tenantId)) drafts.set(tenantId, parseDraft(tenantId));
  return drafts.get(tenantId) ?? null;
}

/** Keeps the draft for this tab, also after a reload; null, or a patch without settings, forgets it. */
export function writeDraft(tenantId: string, draft: Draft | null): void {
  const kept = draft === null || Object.keys(draft.patch).length === 0 ? null : draft;
  drafts.set(tenantId, kept);
  written.add(tenantId);
  store(tenantId, kept);
  for (const listener of listeners) listener();
}

/** True if the tenant's draft is from before the page was loaded, and nothing has changed it since. */
export function isRestored(tenantId: string): boolean {
  return !written.has(tenantId) && readDraft(tenantId) !== null;
}

/** The tenant's draft; the component is drawn again when any screen changes it. */
export function useDraft(tenantId: string): Draft | null {
  return useSyncExternalStore(subscribe, () => readDraft(tenantId));
}

/** True while this tab has a draft of any tenant. */
export function useHasDrafts(): boolean {
  return useSyncExternalStore(subscribe, hasDrafts);
}

function hasDrafts(): boolean {
  return [...drafts.keys(), ...storedTenants()].some((tenantId) => readDraft(tenantId) !== null);
}

/** The tenants of which the browser's tab keeps a draft. */
function storedTenants(): string[] {
  try {
    const keys = Object.keys(sessionStorage).filter((key) => key.startsWith(prefix));
    return keys.map((key) => key.slice(prefix.length));
  } catch {
    return [];
  }
}

/** Calls the listener after every change of a draft. Returns what ends that. */
export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A storage that is full or forbidden costs only the draft after a reload: it is in memory, too. */
function store(tenantId: string, draft: Draft | null): void {
  try {
    if (draft === null) sessionStorage.removeItem(keyOf(tenantId));
    else sessionStorage.setItem(keyOf(tenantId), JSON.stringify(draft));
  } catch {
    // The draft is in memory.
  }
}

function parseDraft(tenantId: string): Draft | null {
  try {
    const draft: unknown = JSON.parse(sessionStorage.getItem(keyOf(tenantId)) ?? 'null');
    return isDraft(draft) ? draft : null;
  } catch {
    return null;
  }
}

function isDraft(value: unknown): value is Draft {
  return isObject(value) && Number.isInteger(value['baseVersion']) && isObject(value['patch']);
}
