import { type UseQueryResult, keepPreviousData, useQuery } from '@tanstack/react-query';
import type { CallOptions } from '../api/client.js';
import type { AnswerOf, PathOf } from '../api/operations.js';
import { useApiScope } from './tenant-scope.js';

interface TenantQueryOptions<P extends PathOf<'get'>> extends Pick<
  CallOptions<P, 'get'>,
  'params' | 'query'
> {
  readonly isEnabled?: boolean;
  /** Reads again after this time, or never for false. */
  readonly refetchIntervalMs?: number | false;
}

/**
 * Reads a route of the tenant, or of the platform itself. What was read stays visible while other parameters are read. The key is `[...scope.key, path, params, query]`, so
 * that `[...scope.key, '/v1/documents']` names every page and filter of the documents.
 *
 * ```ts
 * const usage = useTenantQuery('/v1/usage', { query: { from, to } });
 * ```
 */
export function useTenantQuery<P extends PathOf<'get'>>(
  path: P,
  { params, query, isEnabled = true, refetchIntervalMs = false }: TenantQueryOptions<P> = {},
): UseQueryResult<AnswerOf<P, 'get'>> {
  const scope = useApiScope();
  return useQuery({
    queryKey: [...scope.key, path, params, query],
    queryFn: async ({ signal }) =>
      (
        await scope.call('get', path, {
          signal,
          ...(params && { params }),
          ...(query !== undefined && { query }),
        })
      ).data,
    enabled: isEnabled,
    refetchInterval: refetchIntervalMs,
    placeholderData: keepPreviousData,
  }) as UseQueryResult<AnswerOf<P, 'get'>>;
}
