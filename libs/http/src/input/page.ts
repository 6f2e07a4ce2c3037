import { InvalidInputError } from '#kernel';
import { StringField, IntegerField } from './field-decorators.js';

/** Entries in one page of a list when the client names no `limit`. */
export const defaultPageLimit = 50;

/** The query parameters of every list. */
export class PageQuery {
  @IntegerField({
    min: 1,
    max: 200,
    optional: true,
    description: `Entries per page. Default: ${defaultPageLimit}.`,
    example: defaultPageLimit,
  })
  limit: number = defaultPageLimit;

  @StringField({
    min: 1,
    max: 2000,
    pattern: /^[\w-]+$/,
    patternHint: 'the next_cursor of an earlier answer',
    optional: true,
    description: '`next_cursor` of the page before this one.',
  })
  cursor?: string;
}

/** One page of a list; `next_cursor` is null on the last one. */
export class Page<T> {
  /** How many entries the whole list has; only for clients that ask for it. */
  readonly total?: number;

  constructor(
    readonly items: readonly T[],
    readonly next_cursor: string | null,
  ) {}
}

/** Adds the number of entries of the whole list to a page. */
export function withTotal<T>({ items, next_cursor }: Page<T>, total: number): Page<T> {
  return { items, next_cursor, total };
}

interface PageMapping<Row, Item> {
  readonly item: (row: Row) => Item;
  /** The sort keys of a row. The next page begins after those of the last row. */
  readonly keys: (row: Row) => readonly string[];
}

/**
 * A page out of at most `limit + 1` rows. The extra row only shows that there is another page.
 *
 * ```ts
 * const rows = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];
 * toPage(rows, 2, { item: ({ id }) => id, keys: ({ id }) => [id] }); // items a and b, and a cursor
 * ```
 */
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
 * A page of a list that is read as a whole because it is short. The cursor is the id of the last item of the page before.
 *
 * @throws InvalidInputError when no item of the list has the id of the cursor.
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

/** Encodes sort keys as one opaque text that needs no escaping in a URL. */
export function encodeCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** True if the text has the form of one sort key. */
export type CursorKeyCheck = (key: string) => boolean;

/** True for a sort key that is a whole number of at most 17 digits. */
export const isIntegerString: CursorKeyCheck = (key) => /^\d{1,17}$/.test(key);

/** True for a sort key that is a time of this century in UTC, with milliseconds or microseconds, on a day that exists. Postgres refuses others. */
export const isTimestamp: CursorKeyCheck = (key) => {
  if (!/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,6}Z$/.test(key)) return false;
  const time = new Date(key);
  return !Number.isNaN(time.getTime()) && time.toISOString().slice(0, 19) === key.slice(0, 19);
};

/**
 * Decodes the sort keys of `encodeCursor`. There must be one for each check, and each must pass its check.
 *
 * @throws InvalidInputError when the text is not a cursor of a list with such keys.
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
