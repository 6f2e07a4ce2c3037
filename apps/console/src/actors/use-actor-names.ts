import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { call } from '../api/client.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import { isPlatformSession, useSession } from '../session/session-context.js';
import { actorText } from './actor-text.js';

type NameOf = (actor: string) => string;
type Names = ReadonlyMap<string, string>;

const keyQuery = { limit: 200 };
const noNames: Names = new Map();

/**
 * Names actors on the screens of a tenant, all of them in the same way. Only admins may read the names of keys, and only the platform those
 * of its own; others see the beginning of the id.
 *
 * @param options `asksForKeys` false: the names of the tenant's keys only if another screen has read them.
 */
export function useActorNames({ asksForKeys = true } = {}): NameOf {
  const scope = useTenantScope();
  const session = useSession();
  const ofPlatform = usePlatformKeyNames();
  const keys = useQuery({
    queryKey: [...scope.key, 'key-names'],
    queryFn: async () => toNames((await scope.call('get', '/v1/api-keys', { query: keyQuery })).data.items),
    enabled: asksForKeys && session.role !== 'member',
    staleTime: 60_000,
    retry: false,
  });
  const names = new Map([...ofPlatform, ...(keys.data ?? noNames)]);
  return (actor) => actorText(actor, { names, self: session });
}

/** Names actors in the lists of the platform. The keys of tenants have no name there. */
export function usePlatformActorNames(): NameOf {
  const names = usePlatformKeyNames();
  const self = useSession();
  return useCallback((actor) => actorText(actor, { names, self }), [names, self]);
}

/** Names of the platform's keys by actor. */
export function usePlatformKeyNames(): Names {
  const keys = useQuery({
    queryKey: ['/v1/platform/api-keys', 'names'],
    queryFn: async () =>
      toNames((await call('get', '/v1/platform/api-keys', { query: keyQuery })).data.items),
    enabled: isPlatformSession(useSession()),
    staleTime: 60_000,
    retry: false,
  });
  return keys.data ?? noNames;
}

function toNames(keys: readonly { readonly id: string; readonly name: string }[]): Names {
  return new Map(keys.map(({ id, name }) => [`key:${id}`, name]));
}
