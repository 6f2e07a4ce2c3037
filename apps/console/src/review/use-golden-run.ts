import { useMutation, useQuery } from '@tanstack/react-query';
import type { SettingsPatch } from '../draft/draft-store.js';
import { overrideAllowed, without } from '../draft/patch.js';
import { useTenantScope } from '../scope/tenant-scope.js';

/** The lengths of the tenant's golden questions; null while they are not known or may not be read. */
export function useGoldenQuestionLengths(): readonly number[] | null {
  const scope = useTenantScope();
  const query = useQuery({
    queryKey: [...scope.key, '/v1/golden-questions', 'lengths'],
    queryFn: async () => {
      const { data } = await scope.call('get', '/v1/golden-questions', { query: { limit: 200 } });
      return data.items.map(({ question }) => question.length);
    },
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
