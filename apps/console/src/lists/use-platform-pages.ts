import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { call } from '../api/client.js';
import type { AnswerOf, PathOf, QueryOf } from '../api/operations.js';
import type { Pages } from './use-tenant-pages.js';

type ItemOf<P extends PathOf<'get'>> = AnswerOf<P, 'get'> extends { items: (infer T)[] } ? T : never;

interface ListPage<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
  readonly total?: number;
}

interface PagesOptions<P extends PathOf<'get'>> {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Omit<NonNullable<QueryOf<P, 'get'>>, 'limit' | 'cursor'>;
  readonly limit?: number;
  readonly refetchInterval?: number | false;
}

/**
 * Reads a list of the platform, at most `limit` entries at a time. What the page remembers of it begins with the path, so that
 * `invalidateQueries({ queryKey: [path] })` reads it again. `query` of the first page only: `include=count`.
 */
export function usePlatformPages<P extends PathOf<'get'>>(
  path: P,
  { params, query, limit = 50, refetchInterval = false }: PagesOptions<P> = {},
): Pages<ItemOf<P>> {
  const pages = useInfiniteQuery({
    queryKey: [path, params, query, 'pages'],
    queryFn: async ({ signal, pageParam }) => {
      const page = { ...query, limit, ...(pageParam && { cursor: pageParam, include: null }) } as QueryOf<
        P,
        'get'
      >;
      const { data } = await call('get', path, { signal, query: page, ...(params && { params }) });
      return data as unknown as ListPage<ItemOf<P>>;
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next_cursor: cursor }: ListPage<ItemOf<P>>) => cursor,
    placeholderData: keepPreviousData,
    refetchInterval,
  });
  const loaded: readonly ListPage<ItemOf<P>>[] | undefined = pages.data?.pages;
  const items = useMemo(() => loaded?.flatMap((page) => page.items) ?? [], [loaded]);
  return { items, total: loaded?.[0]?.total, query: pages };
}
