import { type Page, type PageQuery, decodeCursor, defaultLimit, pageOf } from '#http';

/** A page of a list that is short enough to be read whole. The cursor is the id of the last item shown. */
export function pageOfShortList<T extends { readonly id: string }>(
  items: readonly T[],
  { limit = defaultLimit, cursor }: PageQuery,
): Page<T> {
  const from = cursor === undefined ? 0 : positionAfter(items, cursor);
  return pageOf(items.slice(from, from + limit + 1), limit, { item: (item) => item, keys: ({ id }) => [id] });
}

function positionAfter(items: readonly { readonly id: string }[], cursor: string): number {
  const positionOf = (last: string): number => items.findIndex(({ id }) => id === last);
  const [last] = decodeCursor(cursor, (key) => positionOf(key) >= 0);
  return positionOf(last) + 1;
}
