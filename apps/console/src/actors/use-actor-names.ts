import { useQuery } from '@tanstack/react-query';
import { useTenantScope } from '../scope/tenant-scope.js';
import { useSession } from '../session/session-context.js';
import { actorText } from './actor-text.js';

/** Names actors of the tenant's history. Only admins may read the names of keys; others see the id. */
export function useActorNames(): (actor: string) => string {
  const scope = useTenantScope();
  const session = useSession();
  const keys = useQuery({
    queryKey: [...scope.key, 'key-names'],
    queryFn: async () => {
      const { data } = await scope.call('get', '/v1/api-keys', { query: { limit: 200 } });
      return new Map(data.items.map(({ id, name }) => [`key:${id}`, name]));
    },
    enabled: session.role !== 'member',
    staleTime: 60_000,
    retry: false,
  });
  return (actor) => actorText(actor, { names: keys.data ?? new Map(), self: session });
}
