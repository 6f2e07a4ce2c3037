import { useRef } from 'react';
import { useReadOn } from './use-read-on.js';
import type { Pages } from './use-tenant-pages.js';

const maxLookedThrough = 1_000;

/**
 * The row of a list whose id the URL has, or null. A row that is not loaded yet is looked for in the first 1,000. A row that leaves the list
 * while it is open, because its state is another now, stays open.
 */
export function useOpenRow<T extends { readonly id: string }>(
  open: string,
  { items, query }: Pages<T>,
): T | null {
  const last = useRef<T | null>(null);
  const listed = items.find(({ id }) => id === open);
  if (listed) last.current = listed;
  const row = last.current?.id === open ? last.current : null;
  useReadOn(open !== '' && row === null && items.length < maxLookedThrough, query);
  return row;
}
