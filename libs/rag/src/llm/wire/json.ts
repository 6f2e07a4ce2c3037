import { JsonShape } from '#http';

/** A JSON object whose members are not known yet. */
export type Json = Readonly<Record<string, unknown>>;

/** The value itself if it is an object, else an object without members. */
export function toRecord(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** The value itself if it is a list, else an empty list. */
export function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** The value itself if it is a text, else an empty text. */
export function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Texts from which the time of parsing is worth a look before, and what takes too long. */
const largeLength = 65_536;
const limits = { maxDepth: 64, maxValues: 200_000 };

/** The parsed text; undefined if it is no JSON, or one that would take long to parse. */
export function parseJson(text: string): unknown {
  if (text.length > largeLength && new JsonShape(limits).read(Buffer.from(text)) !== null) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
