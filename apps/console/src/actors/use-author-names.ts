import { useActorNames } from './use-actor-names.js';
import { useTenantScope } from '../scope/tenant-scope.js';

/**
 * Who changed what, by name, where the platform reads more than the tenant's own people: it has the names of the tenant's keys only if another
 * screen has read them.
 */
export function useAuthorNames(): (actor: string) => string {
  const { isPlatform } = useTenantScope();
  return useActorNames({ asksForKeys: !isPlatform });
}
