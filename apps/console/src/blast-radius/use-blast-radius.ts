import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { HttpRequest } from '../act/curl.js';
import { send } from '../api/client.js';
import type { Schema } from '../api/operations.js';

const typingPauseMs = 350;
const pageSize = 50;

type Radius = Schema<'BlastRadiusResponse'>;

/** The tenants that a change of the platform would reach, asked while it is edited. `request` is the change itself; null asks nothing. */
export function useBlastRadius(request: HttpRequest | null) {
  const text = JSON.stringify(request);
  const [waited] = useDebouncedValue(text, typingPauseMs);
  const query = useInfiniteQuery({
    queryKey: ['blast-radius', waited],
    queryFn: async ({ signal, pageParam }) => {
      const { method, url, body } = JSON.parse(waited) as HttpRequest;
      const page = new URLSearchParams({ preview: 'true', page: pageParam, limit: String(pageSize) });
      return (await send(method, `${url}?${page.toString()}`, { body, signal })).data as Radius;
    },
    initialPageParam: 'first',
    getNextPageParam: ({ page }) => page?.next_cursor ?? undefined,
    enabled: request !== null && waited !== 'null',
    placeholderData: keepPreviousData,
    retry: false,
  });
  const pages = (request !== null && query.data?.pages) || [];
  return {
    query,
    first: pages[0],
    items: pages.flatMap(({ page }) => page?.items ?? []),
    /** True if the answer is that of exactly this request. */
    isCurrent: request !== null && waited === text && isFresh(query),
  };
}

const isFresh = ({
  isSuccess,
  isPlaceholderData,
}: {
  isSuccess: boolean;
  isPlaceholderData: boolean;
}): boolean => isSuccess && !isPlaceholderData;
