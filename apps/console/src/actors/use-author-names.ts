import { useActorNames } from './use-actor-names.js';
import { useTenantScope } from '../scope/tenant-scope.js';

/** Who changed what, by name. The platform reads more here than the tenant's own people, so it does without the names of the tenant's keys. */
export function useAuthorNames(): (actor: string) => string {
  const { isPlatform } = useTenantScope();
  return useActorNames({ asksForKeys: !isPlatform });
}
