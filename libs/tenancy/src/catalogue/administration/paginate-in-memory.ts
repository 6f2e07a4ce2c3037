import { type Page, type PageQuery, decodeCursor, defaultPageLimit, toPage } from '#http';

/** A page of a list that is short enough to be read whole. The cursor is the id of the last item shown. */
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
