import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { call } from '../api/client.js';
import type { Schema } from '../api/operations.js';
import type { Patch } from '../platform-settings/patch-editor.js';

const path = '/v1/platform/bulk-updates';
const typingPauseMs = 350;

type DryRun = Schema<'DryRunResponse'>;

/** What a bulk update would do, asked while it is edited; with all tenants, a page at a time. */
export function useDryRun(selector: Schema<'SelectorRequest'> | null, changes: Patch) {
  const text = JSON.stringify({ selector, changes });
  const [waited] = useDebouncedValue(text, typingPauseMs);
  const isAskable = selector !== null && Object.keys(changes).length > 0;
  const query = useInfiniteQuery({
    queryKey: [path, 'dry-run', waited],
    queryFn: async ({ signal, pageParam }) => {
      const body = { ...(JSON.parse(waited) as object), reason: 'dry run', dry_run: true } as never;
      const page = { page: pageParam, limit: 50 };
      return (await call('post', path, { body, query: page, signal })).data as DryRun;
    },
    initialPageParam: 'first',
    getNextPageParam: ({ page }) => page?.next_cursor ?? undefined,
    enabled: isAskable,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const pages = (isAskable && query.data?.pages) || [];
  return {
    query,
    first: pages[0],
    items: pages.flatMap(({ page }) => page?.items ?? []),
    /** True if the answer is that of exactly what is edited now. */
    isCurrent: isAskable && waited === text && isFresh(query),
  };
}

const isFresh = ({
  isSuccess,
  isPlaceholderData,
}: {
  isSuccess: boolean;
  isPlaceholderData: boolean;
}): boolean => isSuccess && !isPlaceholderData;
