import { InvalidInputError } from '#kernel';
import { Text, Whole } from './fields.js';

export const defaultLimit = 50;

/** The query parameters of every list. */
export class PageQuery {
  @Whole({
    min: 1,
    max: 200,
    optional: true,
    description: `Entries a page; ${defaultLimit} unless told.`,
    example: defaultLimit,
  })
  limit: number = defaultLimit;

  @Text({ min: 1, max: 1000, optional: true, description: '`next_cursor` of the page before.' })
  cursor?: string;
}

/** One page of a list; `next_cursor` is null on the last one. */
export class Page<T> {
  constructor(
    readonly items: readonly T[],
    readonly next_cursor: string | null,
  ) {}
}

interface RowReading<Row, Item> {
  readonly item: (row: Row) => Item;
  /** The sort keys by which the next page goes on. */
  readonly keys: (row: Row) => readonly string[];
}

/** A page out of `limit + 1` rows, read one too many to know whether there are more. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  { item, keys }: RowReading<Row, Item>,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const isLastPage = rows.length <= limit || last === undefined;
  return new Page(shown.map(item), isLastPage ? null : encodeCursor(keys(last)));
}

/** Sort keys as one opaque word. */
export function encodeCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Whether a text can be this key of a list's rows. */
export type KeyForm = (key: string) => boolean;

export const isWholeNumber: KeyForm = (key) => /^\d{1,17}$/.test(key);

/** A time of this era, to the millisecond or finer, on a day that the calendar has: Postgres takes no other. */
export const isMoment: KeyForm = (key) => {
  if (!/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,6}Z$/.test(key)) return false;
  const time = new Date(key);
  return !Number.isNaN(time.getTime()) && time.toISOString().slice(0, 19) === key.slice(0, 19);
};

/**
 * The keys of `encodeCursor`, one for each form.
 *
 * @throws InvalidInputError when the text is no cursor of a list with such keys.
 */
export function decodeCursor<const Forms extends readonly KeyForm[]>(
  cursor: string,
  ...forms: Forms
): { -readonly [Key in keyof Forms]: string } {
  const parts = parsed(cursor);
  const isOurs =
    isTexts(parts) && parts.length === forms.length && parts.every((part, at) => forms[at]!(part));
  if (isOurs) return parts as { -readonly [Key in keyof Forms]: string };
  const message = 'cursor must be the next_cursor of an earlier answer to the same list.';
  throw new InvalidInputError([{ field: 'cursor', rule: 'pattern', message, value: cursor }]);
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((part) => typeof part === 'string' && !part.includes('\0'));
}
