import { useEffect, useState } from 'react';
import { problemOf } from '../api/problem.js';
import type { Draft } from '../draft/draft-store.js';
import { isEmpty } from '../draft/patch.js';
import { type TenantScope, useTenantScope } from '../scope/tenant-scope.js';
import { type Explained, platformSetSettings } from '../settings/explanation.js';
import { type Faults, type SettingsData, useFaults } from '../settings/use-configuration.js';
import { type Merging, useMerge } from './use-merge.js';
import { type SaveOptions, useSave } from './use-save.js';

export interface SaveSheetProps {
  readonly explained: Explained;
  readonly data: SettingsData;
  readonly draft: Draft;
  /** Follows a save that is on its way. */
  readonly save: <T>(send: () => Promise<T>) => Promise<T>;
  /** Replaces the draft; null after it is saved. */
  readonly onDraft: (draft: Draft | null) => void;
  readonly onClose: () => void;
}

const conflicts = new Set(['version-mismatch', 'concurrent-update']);
/** Refusals that a platform admin may overrule with force and a reason. */
export const forceable = new Set(['override-not-allowed', 'managed-by-code']);

/** What the sheet before a save shows and does. */
export function useSaveSheet({ explained, draft, save, onDraft }: SaveSheetProps) {
  const scope = useTenantScope();
  const send = useSave();
  const [options, setOptions] = useState<SaveOptions>({ reason: '', gate: false });
  const [isRefused, setRefused] = useState(false);
  const { merging, load, choose } = useMerge(draft);
  const isOutdated = draft.baseVersion < explained.version;
  const visible = merging?.draft ?? draft;
  const current = merging?.current ?? explained;
  const faults = useFaults(visible.patch, current.version);
  useEffect(() => void (isOutdated && load().catch(() => undefined)), [isOutdated]);
  const confirm = async (force: boolean): Promise<void | false> => {
    try {
      await save(() => send(visible, { ...options, force }));
      onDraft(null);
    } catch (error) {
      const { slug } = problemOf(error);
      setRefused(forceable.has(slug));
      if (!conflicts.has(slug)) throw error;
      await load();
      return false;
    }
  };
  return {
    merging,
    choose,
    /** The draft as it is saved: on the current version, once both changes are compared. */
    draft: visible,
    current,
    next: current.version + 1,
    faults,
    options,
    setOptions,
    mayForce: isRefused && scope.isPlatform,
    locking: lockingSettings(scope, current, visible),
    isReady: !isEmpty(visible.patch) && isFaultless(faults) && isCompared(merging, isOutdated),
    confirm,
  };
}

const isFaultless = ({ isKnown, errors }: Faults): boolean => isKnown && errors.length === 0;

const isCompared = (merging: Merging | null, isOutdated: boolean): boolean =>
  merging === null ? !isOutdated : merging.isChosen;

/** The changed settings that the platform had set, where changing them turns the tenant's lock on. */
function lockingSettings(
  { isPlatform }: TenantScope,
  current: Explained,
  { patch }: Draft,
): readonly string[] {
  if (isPlatform || !current.isOverrideAllowed) return [];
  return platformSetSettings(current, Object.keys(patch));
}
