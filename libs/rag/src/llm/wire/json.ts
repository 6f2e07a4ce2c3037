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

/** The parsed text; undefined if it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
