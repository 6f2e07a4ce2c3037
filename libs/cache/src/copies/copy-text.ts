import { isPlainObject } from '#kernel';
import type { Copy } from './copies.js';

/** A copy as text is at most so long. */
export const mostCopyBytes = 262_144;

/** Null when it is too big or no JSON. The version stands first, so that the script finds it without reading the rest. */
export function encodeCopy({ version, value }: Copy): string | null {
  const json = jsonOf(value);
  if (json === undefined) return null;
  const text = `{"version":${version},"value":${json}}`;
  return isFitting(text) ? text : null;
}

/** How the script that compares versions knows a copy; both must see the same one. */
const beginning = /^\{"version":\d+,/;

/** Null when the text is no copy of ours. Members that are not known are left alone: a newer release may write them. */
export function decodeCopy(text: string): Copy | null {
  const copy = isFitting(text) && beginning.test(text) ? parsed(text) : null;
  if (!isPlainObject(copy) || !Object.hasOwn(copy, 'value')) return null;
  const { version, value } = copy;
  return Number.isSafeInteger(version) ? { version: Number(version), value } : null;
}

function isFitting(text: string): boolean {
  return Buffer.byteLength(text) <= mostCopyBytes;
}

function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
