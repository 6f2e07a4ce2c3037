import { useMutation, useQuery } from '@tanstack/react-query';
import type { SettingsPatch } from '../draft/draft-store.js';
import { overrideAllowed, without } from '../draft/patch.js';
import { useTenantScope } from '../scope/tenant-scope.js';

/** How many golden questions the tenant has; null while it is not known or may not be read. */
export function useGoldenQuestionCount(): number | null {
  const scope = useTenantScope();
  const query = useQuery({
    queryKey: [...scope.key, '/v1/golden-questions', 'count'],
    queryFn: async () =>
      (await scope.call('get', '/v1/golden-questions', { query: { limit: 200 } })).data.items.length,
    enabled: scope.refusal === null,
  });
  return query.data ?? null;
}

/** Asks the golden questions under a patch that is not saved. Only the tenant's own people may, since it costs the tenant's money. */
export function useGoldenRun(patch: SettingsPatch) {
  const scope = useTenantScope();
  return useMutation({
    mutationFn: async () => {
      const body = { patch: without(patch, overrideAllowed) } as never;
      return (await scope.call('post', '/v1/golden-questions/run', { body })).data;
    },
  });
}
