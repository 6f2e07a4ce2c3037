import { isPlainObject, tryParseJson } from '#kernel';
import type { LastKnownGood } from './last-known-good-store.js';

/** Largest encoded copy. */
export const maxEntryBytes = 262_144;

/** Null if it is too big or not JSON. The version comes first, so that the Redis script need not read the rest. */
export function encodeLastKnownGood({ version, value }: LastKnownGood): string | null {
  const json = tryStringify(value);
  if (json === undefined) return null;
  const text = `{"version":${version},"value":${json}}`;
  return isWithinLimit(text) ? text : null;
}

/** The Redis script that compares versions recognises copies by the same prefix; keep both in step. */
const encodedPrefix = /^\{"version":\d+,/;

/** Null if the text is not one of our copies. Unknown members are ignored: a newer release may write them. */
export function decodeLastKnownGood(text: string): LastKnownGood | null {
  const decoded = isWithinLimit(text) && encodedPrefix.test(text) ? tryParseJson(text) : null;
  if (!isPlainObject(decoded) || !Object.hasOwn(decoded, 'value')) return null;
  const { version, value } = decoded;
  return Number.isSafeInteger(version) ? { version: Number(version), value } : null;
}

function isWithinLimit(text: string): boolean {
  return Buffer.byteLength(text) <= maxEntryBytes;
}

function tryStringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
