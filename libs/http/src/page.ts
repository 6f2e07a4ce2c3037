import { InvalidInputError } from '#kernel';
import { Text, Whole } from './fields.js';

/** The query parameters of every list. */
export class PageQuery {
  @Whole({ min: 1, max: 200, optional: true, description: 'Items a page, 50 unless told', example: 50 })
  limit?: number;

  @Text({ max: 1000, optional: true, description: 'next_cursor of the page before' })
  cursor?: string;
}

/** One page of a list; `next_cursor` is null on the last one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
}

export const defaultLimit = 50;

/** The sort keys of the last item shown, as one opaque word. */
export function encodeCursor(keys: readonly string[]): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

/**
 * The keys of `encodeCursor`.
 *
 * @throws InvalidInputError when the text is no cursor with `count` keys.
 */
export function decodeCursor(cursor: string, count: number): string[] {
  try {
    const keys: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(keys) && keys.length === count && keys.every((key) => typeof key === 'string')) return keys;
  } catch {
    // Not JSON: answered like any other word that is no cursor.
  }
  const message = 'cursor must be the next_cursor of an earlier answer to the same list.';
  throw new InvalidInputError([{ field: 'cursor', rule: 'pattern', message, value: cursor }]);
}

/** A page out of `limit + 1` rows, read one too many to know whether there are more. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  { item, keys }: { item: (row: Row) => Item; keys: (row: Row) => readonly string[] },
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last ? encodeCursor(keys(last)) : null;
  return { items: shown.map(item), next_cursor: next };
}
