import { useMemo } from 'react';
import { useTenantScope } from '../scope/tenant-scope.js';
import {
  type Draft,
  type SettingsPatch,
  isRestored,
  readDraft,
  useDraft,
  writeDraft,
} from './draft-store.js';
import { type OwnSettings, without, withReset, withValue } from './patch.js';

/** What a change is made on: the version that the screen shows, and what the tenant stores in it. */
export interface DraftBase {
  readonly version: number;
  readonly own: OwnSettings;
}

/** The tenant's draft in this tab, and how a screen changes it. */
export interface DraftControl {
  readonly draft: Draft | null;
  /** True if the draft is from before a reload, and nothing has changed it since. */
  readonly isRestored: boolean;
  set(setting: string, value: unknown): void;
  /** Lets the layer below show through. */
  reset(setting: string): void;
  /** Takes one change back. */
  drop(setting: string): void;
  replace(draft: Draft | null): void;
}

/** The draft of the screen's tenant. It keeps the version that it was begun on until it is saved, merged or discarded. */
export function useDraftControl({ version, own }: DraftBase): DraftControl {
  const { tenantId } = useTenantScope();
  const draft = useDraft(tenantId);
  const acts = useMemo(() => {
    const change = (edit: (patch: SettingsPatch) => SettingsPatch): void => {
      const current = readDraft(tenantId) ?? { baseVersion: version, patch: {} };
      writeDraft(tenantId, { ...current, patch: edit(current.patch) });
    };
    return {
      set: (setting: string, value: unknown) => change((patch) => withValue(patch, own, setting, value)),
      reset: (setting: string) => change((patch) => withReset(patch, own, setting)),
      drop: (setting: string) => change((patch) => without(patch, setting)),
      replace: (next: Draft | null) => writeDraft(tenantId, next),
    };
  }, [own, tenantId, version]);
  return { draft, isRestored: isRestored(tenantId), ...acts };
}
