import { type ReactNode, createContext, use, useMemo } from 'react';
import { reasonAgainstChange } from '../act/permission.js';
import { type Answer, type CallOptions, send, toUrl } from '../api/client.js';
import type { AnswerOf, Method, PathOf } from '../api/operations.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import { isPlatformSession, useSession } from '../session/session-context.js';

/** Where the requests of a screen go. */
export interface ApiScope {
  /** True where a role of the platform looks at the tenant. */
  readonly isPlatform: boolean;
  /** Why the session may not change the configuration of the tenant, or what belongs to the platform; null if it may. */
  readonly refusal: string | null;
  /** `/v1/config` as this session reaches it. */
  urlOf(path: string, params?: Readonly<Record<string, string | number>>, query?: object): string;
  /** As `call` of api/client, for the tenant routes. */
  call<M extends Method, P extends PathOf<M>>(
    method: M,
    path: P,
    options?: CallOptions<P, M>,
  ): Promise<Answer<AnswerOf<P, M>>>;
  /** The first part of the keys of what the page remembers of this scope: `[...key, 'config']`. */
  readonly key: readonly string[];
  /** The tenant; null for the platform itself. */
  readonly tenantId: string | null;
}

/**
 * The tenant that a screen shows. A tenant's own session calls the tenant routes; a session of the platform calls the same route under
 * `/v1/platform/tenants/{id}`, which answers the same.
 */
export interface TenantScope extends ApiScope {
  readonly tenantId: string;
}

const Context = createContext<ApiScope | null>(null);

export function TenantScopeProvider({ tenantId, children }: { tenantId: string; children: ReactNode }) {
  const session = useSession();
  const refusal = reasonAgainstChange(session);
  const isPlatform = isPlatformSession(session);
  const scope = useMemo(() => {
    const prefix = isPlatform ? `/v1/platform/tenants/${encodeURIComponent(tenantId)}` : '/v1';
    return { ...createScope(prefix), isPlatform, refusal, tenantId, key: ['tenant', tenantId] };
  }, [tenantId, isPlatform, refusal]);
  return <Context value={scope}>{children}</Context>;
}

/** The keys and webhooks of the platform itself: their routes are those of a tenant, under `/v1/platform`. */
export function PlatformScopeProvider({ children }: { children: ReactNode }) {
  const refusal = usePlatformRefusal();
  const scope = useMemo(
    () => ({
      ...createScope('/v1/platform'),
      isPlatform: true,
      refusal,
      tenantId: null,
      key: ['platform itself'],
    }),
    [refusal],
  );
  return <Context value={scope}>{children}</Context>;
}

/** What the screen belongs to: a tenant, or the platform itself. @throws Error outside of both. */
export function useApiScope(): ApiScope {
  const scope = use(Context);
  if (scope === null) throw new Error('useApiScope is for screens with a provider of a scope.');
  return scope;
}

/** The tenant of the screen. @throws Error outside of a tenant's screens. */
export function useTenantScope(): TenantScope {
  const scope = useApiScope();
  if (!isTenantScope(scope)) throw new Error('useTenantScope is for the screens of a tenant.');
  return scope;
}

function isTenantScope(scope: ApiScope): scope is TenantScope {
  return scope.tenantId !== null;
}

function createScope(prefix: string): Pick<ApiScope, 'urlOf' | 'call'> {
  const urlOf: ApiScope['urlOf'] = (path, params, query) =>
    toUrl(path.replace(/^\/v1/, prefix), params, query);
  return {
    urlOf,
    call: (async (method: string, path: string, { params, query, ...rest }: CallOptions<never, never> = {}) =>
      send(method, urlOf(path, params, query as object), rest)) as ApiScope['call'],
  };
}
