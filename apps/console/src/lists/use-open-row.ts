import { useEffect, useRef } from 'react';
import type { Pages } from './use-tenant-pages.js';

/**
 * The row of a list whose id the URL has, or null. A row that is not loaded yet is looked for page by page. A row that leaves the list
 * while it is open, because its state is another now, stays open.
 */
export function useOpenRow<T extends { readonly id: string }>(
  open: string,
  { items, query: { hasNextPage, isFetchingNextPage, fetchNextPage } }: Pages<T>,
): T | null {
  const last = useRef<T | null>(null);
  const listed = items.find(({ id }) => id === open);
  if (listed) last.current = listed;
  const row = last.current?.id === open ? last.current : null;
  const isOnLaterPage = open !== '' && row === null && hasNextPage && !isFetchingNextPage;
  useEffect(() => {
    if (isOnLaterPage) void fetchNextPage();
  }, [isOnLaterPage, fetchNextPage]);
  return row;
}
