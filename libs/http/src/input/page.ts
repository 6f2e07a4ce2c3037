import { InvalidInputError } from '#kernel';
import { StringField, IntegerField } from './field-decorators.js';

export const defaultPageLimit = 50;

/** The query parameters of every list. */
export class PageQuery {
  @IntegerField({
    min: 1,
    max: 200,
    optional: true,
    description: `Entries a page; ${defaultPageLimit} unless told.`,
    example: defaultPageLimit,
  })
  limit: number = defaultPageLimit;

  @StringField({ min: 1, max: 1000, optional: true, description: '`next_cursor` of the page before.' })
  cursor?: string;
}

/** One page of a list; `next_cursor` is null on the last one. */
export class Page<T> {
  constructor(
    readonly items: readonly T[],
    readonly next_cursor: string | null,
  ) {}
}

interface PageMapping<Row, Item> {
  readonly item: (row: Row) => Item;
  /** The sort keys by which the next page goes on. */
  readonly keys: (row: Row) => readonly string[];
}

/** A page out of `limit + 1` rows, read one too many to know whether there are more. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  { item, keys }: PageMapping<Row, Item>,
): Page<Item> {
  const pageRows = rows.slice(0, limit);
  const lastRow = pageRows.at(-1);
  const isLastPage = rows.length <= limit || lastRow === undefined;
  return new Page(pageRows.map(item), isLastPage ? null : encodeCursor(keys(lastRow)));
}

/**
 * A page of a list that is short enough to be read as a whole. The cursor names the last item of the page before.
 *
 * @throws InvalidInputError when the cursor names no item of the list.
 */
export function paginateInMemory<T extends { readonly id: string }>(
  items: readonly T[],
  { limit = defaultPageLimit, cursor }: PageQuery,
): Page<T> {
  const from = cursor === undefined ? 0 : indexAfter(items, cursor);
  return toPage(items.slice(from, from + limit + 1), limit, { item: (item) => item, keys: ({ id }) => [id] });
}

function indexAfter(items: readonly { readonly id: string }[], cursor: string): number {
  const indexOfId = (last: string): number => items.findIndex(({ id }) => id === last);
  const [last] = decodeCursor(cursor, (key) => indexOfId(key) >= 0);
  return indexOfId(last) + 1;
}

/** Sort keys as one opaque word. */
export function encodeCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Whether a text can be this key of a list's rows. */
export type CursorKeyCheck = (key: string) => boolean;

export const isIntegerString: CursorKeyCheck = (key) => /^\d{1,17}$/.test(key);

/** A time of this era, to the millisecond or finer, on a day that the calendar has: Postgres takes no other. */
export const isTimestamp: CursorKeyCheck = (key) => {
  if (!/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,6}Z$/.test(key)) return false;
  const time = new Date(key);
  return !Number.isNaN(time.getTime()) && time.toISOString().slice(0, 19) === key.slice(0, 19);
};

/**
 * The keys of `encodeCursor`, one for each form.
 *
 * @throws InvalidInputError when the text is no cursor of a list with such keys.
 */
export function decodeCursor<const Checks extends readonly CursorKeyCheck[]>(
  cursor: string,
  ...checks: Checks
): { -readonly [Key in keyof Checks]: string } {
  const parts = parseCursor(cursor);
  const isValid =
    isStringArray(parts) && parts.length === checks.length && parts.every((part, at) => checks[at]!(part));
  if (isValid) return parts as { -readonly [Key in keyof Checks]: string };
  const message = 'cursor must be the next_cursor of an earlier answer to the same list.';
  throw new InvalidInputError([{ field: 'cursor', rule: 'pattern', message, value: cursor }]);
}

function parseCursor(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}

function isStringArray(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((part) => typeof part === 'string' && !part.includes('\0'));
}
