import { useQueryClient } from '@tanstack/react-query';
import type { Answer, CallOptions } from '../api/client.js';
import type { AnswerOf, Method, PathOf } from '../api/operations.js';
import { useApiScope } from './tenant-scope.js';

/** As `TenantScope.call`; the screens then read again what `changes` names, by the paths of what they read. */
export type TenantWrite = <M extends Exclude<Method, 'get'>, P extends PathOf<M>>(
  method: M,
  path: P,
  options: CallOptions<P, M>,
  changes: readonly PathOf<'get'>[],
) => Promise<Answer<AnswerOf<P, M>>>;

/**
 * Writes by a route of the tenant, or of the platform itself.
 *
 * ```ts
 * const write = useTenantWrite();
 * await write('delete', '/v1/documents/{id}', { params: { id } }, ['/v1/documents']);
 * ```
 */
export function useTenantWrite(): TenantWrite {
  const scope = useApiScope();
  const client = useQueryClient();
  return async (method, path, options, changes) => {
    const answer = await scope.call(method, path, options);
    await Promise.all(
      changes.map((changed) => client.invalidateQueries({ queryKey: [...scope.key, changed] })),
    );
    return answer;
  };
}
