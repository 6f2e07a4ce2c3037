import type { HistoryEntry } from '../history/history-entries.js';
import { overrideAllowed } from '../draft/patch.js';

/** The lock of a version: whether the platform may change the tenant. */
export interface LockState {
  readonly version: number;
  readonly isOverrideAllowed: boolean;
}

/**
 * The versions that the platform made although the tenant was locked, which takes force.
 *
 * @param entries Newest first, without gaps.
 * @param current The lock as it is. Undefined, or of another version than the newest entry: only what the entries prove is found.
 */
export function forcedVersions(
  entries: readonly HistoryEntry[],
  current: LockState | undefined,
): ReadonlySet<number> {
  const forced = new Set<number>();
  let isLocked = isKnownAsLocked(entries, current);
  for (const entry of entries) {
    const change = lockChangeOf(entry);
    if (change) isLocked = change.from === false;
    if (isLocked && isChangeOfPlatform(entry)) forced.add(entry.version);
  }
  return forced;
}

/**
 * The versions in which the platform changed a setting that a file owned, which takes force. A file owns what its apply has set, until
 * somebody else changes it.
 *
 * @param entries Newest first, without gaps. What an entry before them gave to a file is not known.
 */
export function versionsOverFile(entries: readonly HistoryEntry[]): ReadonlySet<number> {
  const ofFile = new Set<string>();
  const over = new Set<number>();
  for (const { action, changes, changed_by_role: role, version } of entries.toReversed()) {
    const isOver = changes.some(({ field }) => ofFile.has(field));
    if (isOver && action !== 'apply' && role === 'platform_admin') over.add(version);
    for (const { field, to } of changes)
      if (action === 'apply' && to !== null) ofFile.add(field);
      else ofFile.delete(field);
  }
  return over;
}

/** What a change of the platform was made against. */
export type ForcedOver = 'lock' | 'file';

/** What each forced version was made against, as far as the entries prove it; parameters as above. */
export function forcedOver(
  entries: readonly HistoryEntry[],
  current: LockState | undefined,
): ReadonlyMap<number, ForcedOver> {
  const byFile = [...versionsOverFile(entries)].map((version) => [version, 'file'] as const);
  const byLock = [...forcedVersions(entries, current)].map((version) => [version, 'lock'] as const);
  return new Map<number, ForcedOver>([...byFile, ...byLock]);
}

function isKnownAsLocked(entries: readonly HistoryEntry[], current: LockState | undefined): boolean {
  return current !== undefined && current.version === entries[0]?.version && !current.isOverrideAllowed;
}

function isChangeOfPlatform({ action, changed_by_role: role }: HistoryEntry): boolean {
  return role === 'platform_admin' && action !== 'create';
}

/** Since when the lock is as it is. */
export type LockOrigin =
  | { readonly kind: 'entry'; readonly entry: HistoryEntry }
  /** Nobody has ever changed it. */
  | { readonly kind: 'start' }
  /** It was changed before the entries that were read. */
  | { readonly kind: 'before'; readonly version: number };

/** Finds in the newest entries since when the lock is as it is; null without entries. */
export function lockOrigin(entries: readonly HistoryEntry[]): LockOrigin | null {
  const oldest = entries.at(-1);
  if (oldest === undefined) return null;
  const entry = entries.find((each) => lockChangeOf(each) !== undefined);
  if (entry) return { kind: 'entry', entry };
  return oldest.version === 1 ? { kind: 'start' } : { kind: 'before', version: oldest.version };
}

function lockChangeOf({ changes }: HistoryEntry) {
  return changes.find(({ field }) => field === overrideAllowed);
}
