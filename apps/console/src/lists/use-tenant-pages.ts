import { type UseInfiniteQueryResult, keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { AnswerOf, PathOf, QueryOf } from '../api/operations.js';
import { useApiScope } from '../scope/tenant-scope.js';

/** A list of the API, read page by page. */
export interface Pages<T> {
  readonly items: readonly T[];
  /** Entries of the whole list, where the query asked for `include=count`. */
  readonly total: number | undefined;
  readonly query: Pick<
    UseInfiniteQueryResult<unknown>,
    | 'isError'
    | 'error'
    | 'isPending'
    | 'isFetching'
    | 'hasNextPage'
    | 'isFetchingNextPage'
    | 'fetchNextPage'
    | 'refetch'
  >;
}

interface ListPage<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
  readonly total?: number;
}

type ItemOf<P extends PathOf<'get'>> = AnswerOf<P, 'get'> extends { items: (infer T)[] } ? T : never;

interface PagesOptions<P extends PathOf<'get'>> {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Omit<NonNullable<QueryOf<P, 'get'>>, 'limit' | 'cursor'>;
  readonly limit?: number;
  /** Reads again after this time, or never for false. */
  readonly refetchInterval?: number | false;
}

/** Reads a list of a tenant, or of the platform itself, at most `limit` entries at a time, and more when `fetchNextPage` is called. */
export function useTenantPages<P extends PathOf<'get'>>(
  path: P,
  { params, query, limit = 50, refetchInterval = false }: PagesOptions<P> = {},
): Pages<ItemOf<P>> {
  const scope = useApiScope();
  const pages = useInfiniteQuery({
    queryKey: [...scope.key, path, params, query, 'pages'],
    queryFn: async ({ signal, pageParam }) => {
      const page = { ...query, limit, ...(pageParam && { cursor: pageParam }) } as QueryOf<P, 'get'>;
      const { data } = await scope.call('get', path, { signal, query: page, ...(params && { params }) });
      return data as unknown as ListPage<ItemOf<P>>;
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next_cursor: cursor }: ListPage<ItemOf<P>>) => cursor,
    placeholderData: keepPreviousData,
    refetchInterval,
  });
  const loaded: readonly ListPage<ItemOf<P>>[] = pages.data?.pages ?? [];
  return { items: loaded.flatMap(({ items }) => items), total: loaded[0]?.total, query: pages };
}
