import { type Page, type PageQuery, decodeCursor, defaultLimit, pageOf } from '#http';
import { InvalidInputError } from '#kernel';

/** A page of a list that is short enough to be read whole. The cursor is the id of the last item shown. */
export function pageOfShortList<T extends { readonly id: string }>(
  items: readonly T[],
  { limit = defaultLimit, cursor }: PageQuery,
): Page<T> {
  const from = cursor === undefined ? 0 : positionAfter(items, cursor);
  return pageOf(items.slice(from, from + limit + 1), limit, { item: (item) => item, keys: ({ id }) => [id] });
}

function positionAfter(items: readonly { readonly id: string }[], cursor: string): number {
  const [last] = decodeCursor(cursor, 1);
  const position = items.findIndex(({ id }) => id === last);
  if (position >= 0) return position + 1;
  const message = 'cursor must be the next_cursor of an earlier answer to the same list.';
  throw new InvalidInputError([{ field: 'cursor', rule: 'pattern', message, value: cursor }]);
}
