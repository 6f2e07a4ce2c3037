import { isPlainObject } from '#kernel';
import type { LastKnownGood } from './last-known-good-store.js';

/** A copy as text is at most so long. */
export const maxEntryBytes = 262_144;

/** Null when it is too big or no JSON. The version stands first, so that the script finds it without reading the rest. */
export function encodeLastKnownGood({ version, value }: LastKnownGood): string | null {
  const json = tryStringify(value);
  if (json === undefined) return null;
  const text = `{"version":${version},"value":${json}}`;
  return isWithinLimit(text) ? text : null;
}

/** How the script that compares versions knows a copy; both must see the same one. */
const encodedPrefix = /^\{"version":\d+,/;

/** Null when the text is no copy of ours. Members that are not known are left alone: a newer release may write them. */
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

function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
