import { type Scope, scopes } from '#http';
import type { ApiResponse, ApiClient } from '#testing';
import { type TestTenant, createTenant, useTestApp } from '../../app/test-app.js';

type Role = 'public' | 'any' | 'member' | 'tenant_admin' | 'platform_admin';

interface DeclaredOperation {
  readonly 'x-attune-role': Role;
  readonly 'x-attune-scopes'?: readonly Scope[];
}

interface DeclaredRoute {
  readonly method: string;
  readonly path: string;
  readonly role: Role;
  readonly scopes: readonly Scope[];
}

const callerNames = ['nobody', 'member', 'tenant_admin', 'platform_reader', 'platform_admin'] as const;
type Caller = (typeof callerNames)[number];

/** Who may call a route that is declared for the role; platform admins belong to no tenant and have the platform's routes alone. */
const admittedCallers: Readonly<Record<Role, readonly Caller[]>> = {
  public: callerNames,
  any: ['member', 'tenant_admin', 'platform_reader', 'platform_admin'],
  member: ['member', 'tenant_admin'],
  tenant_admin: ['tenant_admin'],
  platform_admin: ['platform_admin'],
};

/** A platform_reader also has every route of the platform that reads. */
function isAdmitted(caller: Caller, { role, method }: DeclaredRoute): boolean {
  const readsThePlatform = role === 'platform_admin' && method === 'GET';
  return admittedCallers[role].includes(caller) || (caller === 'platform_reader' && readsThePlatform);
}

describe('the role of a route', () => {
  const app = useTestApp();
  let tenant: TestTenant;
  let routes: DeclaredRoute[];
  let callers: Record<Caller, ApiClient>;

  beforeAll(async () => {
    tenant = await createTenant(app.platform, 'acme');
    routes = await readDeclaredRoutes(app.platform);
    const { admin, member } = tenant;
    const request = { name: 'reader', role: 'platform_reader' };
    const reader = await app.platform.post<{ key: string }>('/v1/platform/api-keys', request);
    callers = {
      nobody: app.platform.as(''),
      member,
      tenant_admin: admin,
      platform_reader: app.platform.as(reader.body.key),
      platform_admin: app.platform,
    };
  });

  /** Aimed at things that are not there, with bodies that say nothing: what is let through does no harm. */
  function call(client: ApiClient, { method, path }: DeclaredRoute): Promise<ApiResponse<unknown>> {
    const aimed = path.replace('{tenant_id}', 'nobody-here').replace(/\{\w+\}/g, '999999999');
    const json = { headers: { 'content-type': 'application/json' }, body: '[]' };
    return client.send(aimed, { method, ...(method === 'GET' || method === 'DELETE' ? {} : json) });
  }

  it.each(callerNames)('admits %s to the routes declared for it, and to no others', async (caller) => {
    for (const route of routes) {
      const answer = await call(callers[caller], route);
      const named = `${route.method} ${route.path}`;
      if (isAdmitted(caller, route))
        expect([named, [401, 403, 500].includes(answer.status)]).toEqual([named, false]);
      else expect([named, answer.status]).toEqual([named, caller === 'nobody' ? 401 : 403]);
    }
  });

  it.each(scopes)(
    'admits a key that is restricted to %s to the routes of this scope, and to no others',
    async (scope) => {
      const request = { name: scope, role: 'tenant_admin', scopes: [scope] };
      const { body } = await tenant.admin.post<{ key: string }>('/v1/api-keys', request);
      const restricted = app.platform.as(body.key);
      for (const route of routes.filter(({ role }) => role === 'member' || role === 'tenant_admin')) {
        const { status } = await call(restricted, route);
        expect([route.method, route.path, status === 403]).toEqual([
          route.method,
          route.path,
          !route.scopes.includes(scope),
        ]);
      }
    },
  );

  it('opens every route of a tenant to at least one scope', () => {
    const closed = routes.filter(
      ({ role, scopes: open }) => /member|tenant_admin/.test(role) && open.length === 0,
    );
    expect(closed).toEqual([]);
  });

  it('exists for every operation of the OpenAPI document', () => {
    expect(routes.length).toBeGreaterThanOrEqual(74);
    const platform = routes.filter(({ path }) => path.startsWith('/v1/platform/'));
    expect(new Set(platform.map(({ role }) => role))).toEqual(new Set(['platform_admin']));
    const open = routes.filter(({ role }) => role === 'public').map(({ path }) => path);
    const metadata = '/.well-known/oauth-protected-resource';
    expect(open.toSorted()).toEqual([
      metadata,
      `${metadata}/mcp`,
      '/health/live',
      '/health/ready',
      '/v1/branding',
      '/v1/session',
      '/v1/session/oidc/backchannel-logout',
      '/v1/session/oidc/callback',
      '/v1/session/oidc/choose',
      '/v1/session/oidc/connections',
      '/v1/session/oidc/start',
    ]);
  });
});

async function readDeclaredRoutes(client: ApiClient): Promise<DeclaredRoute[]> {
  const { body } = await client.get<{ paths: Record<string, Record<string, DeclaredOperation>> }>(
    '/openapi.json',
  );
  return Object.entries(body.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      role: operation['x-attune-role'],
      scopes: operation['x-attune-scopes'] ?? [],
    })),
  );
}
