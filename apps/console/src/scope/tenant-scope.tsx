import { type ReactNode, createContext, use, useMemo } from 'react';
import { type Answer, type CallOptions, send, toUrl } from '../api/client.js';
import type { AnswerOf, Method, PathOf } from '../api/operations.js';
import { useSession } from '../session/session-context.js';

/**
 * The tenant that a screen shows. A tenant's own session calls the tenant routes; a session of the platform calls the same route under
 * `/v1/platform/tenants/{id}`, which answers the same.
 */
export interface TenantScope {
  readonly tenantId: string;
  /** True where a role of the platform looks at the tenant. */
  readonly isPlatform: boolean;
  /** True if the session may change the tenant's configuration. */
  readonly mayChange: boolean;
  /** `/v1/config` as this session reaches it. */
  urlOf(path: string, params?: Readonly<Record<string, string | number>>, query?: object): string;
  /** As `call` of api/client, for the tenant routes. */
  call<M extends Method, P extends PathOf<M>>(
    method: M,
    path: P,
    options?: CallOptions<P, M>,
  ): Promise<Answer<AnswerOf<P, M>>>;
  /** The first part of the keys of what the page remembers of this tenant: `[...key, 'config']`. */
  readonly key: readonly string[];
}

const Context = createContext<TenantScope | null>(null);

export function TenantScopeProvider({ tenantId, children }: { tenantId: string; children: ReactNode }) {
  const { role } = useSession();
  const scope = useMemo(() => createTenantScope(tenantId, role), [tenantId, role]);
  return <Context value={scope}>{children}</Context>;
}

/** The tenant of the screen. @throws Error outside of a tenant's screens. */
export function useTenantScope(): TenantScope {
  const scope = use(Context);
  if (scope === null) throw new Error('useTenantScope is for the screens of a tenant.');
  return scope;
}

function createTenantScope(tenantId: string, role: string): TenantScope {
  const isPlatform = role.startsWith('platform_');
  const prefix = isPlatform ? `/v1/platform/tenants/${encodeURIComponent(tenantId)}` : '/v1';
  const urlOf: TenantScope['urlOf'] = (path, params, query) =>
    toUrl(path.replace(/^\/v1/, prefix), params, query);
  return {
    tenantId,
    isPlatform,
    mayChange: role === 'tenant_admin' || role === 'platform_admin',
    urlOf,
    call: (async (method: string, path: string, { params, query, ...rest }: CallOptions<never, never> = {}) =>
      send(method, urlOf(path, params, query as object), rest)) as TenantScope['call'],
    key: ['tenant', tenantId],
  };
}
