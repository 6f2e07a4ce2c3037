import type { Schema } from '../api/operations.js';

export type HistoryEntry = Schema<'HistoryEntryResponse'>;

/** The entries that changed a setting; all of them for no setting. */
export function entriesOf(entries: readonly HistoryEntry[], setting: string): readonly HistoryEntry[] {
  if (setting === '') return entries;
  return entries.filter(({ changes }) => changes.some(({ field }) => field === setting));
}

/** The versions to compare after one is ticked or cleared: at most two, and a third one replaces the older tick. */
export function toggleCompared(compared: readonly string[], version: number): readonly string[] {
  const text = String(version);
  if (compared.includes(text)) return compared.filter((each) => each !== text);
  return [...compared, text].slice(-2);
}

/** Two ticked versions, the older one first; null for less than two or for text that is no version. */
export function comparedPair(compared: readonly string[]): { from: number; to: number } | null {
  const [from, to] = compared.map(Number).toSorted((left, right) => left - right);
  if (compared.length !== 2 || !isVersion(from) || !isVersion(to)) return null;
  return { from, to };
}

function isVersion(value: number | undefined): value is number {
  return Number.isInteger(value) && Number(value) >= 1;
}
