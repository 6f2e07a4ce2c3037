/**
 * No route changes an approval-bound tenant without approval, force excepted (specification §3.8). Each way to change a configuration is
 * taken for a tenant that needs no approval, where it has to change it, and for one that does, where it must not. Every other
 * operation of /openapi.json is called with its own example, aimed at the bound tenant.
 */
import { waitFor } from '#testing';
import { Client } from 'pg';
import { waitUntilEnded, startBulkUpdate } from '../bulk/bulk-operations.js';
import { type TestTenant, getConfiguration, useTestApp, querySql } from '../../app/test-app.js';

interface Operation {
  readonly requestBody?: {
    content: Record<string, { example?: object; examples?: Record<string, { value: object }> }>;
  };
}
interface ChangeRoute {
  /** Done while the tenant needs no approval yet. */
  readonly before?: (tenant: TestTenant) => Promise<string>;
  readonly take: (tenant: TestTenant, prepared: string) => Promise<unknown>;
}
interface StoredConfiguration extends Record<string, unknown> {
  readonly version: number;
}

const app = useTestApp();

const configPath = ({ id }: TestTenant) => `/v1/platform/tenants/${id}/config`;

/** Starts the background work and waits for its end. */
async function completeBulk(path: string, body?: object): Promise<string> {
  const { status, body: started } = await app.platform.post<{ id: string }>(
    `/v1/platform/bulk-updates${path}`,
    body,
  );
  expect([status, started]).toMatchObject([202, { id: expect.any(String) }]);
  await waitFor(async () => {
    const now = await app.platform.get<{ state: string }>(`/v1/platform/bulk-updates/${started.id}`);
    return now.body.state === 'completed';
  });
  return started.id;
}

const bulkUpdate = ({ id }: TestTenant) =>
  completeBulk('', { selector: { tenant_ids: [id] }, changes: { temperature: 0.11 }, reason: 'calm' });

const changeRoutes: Readonly<Record<string, ChangeRoute>> = {
  'patch /v1/config': { take: ({ admin }) => admin.patch('/v1/config', { temperature: 0.11 }) },
  'post /v1/config/rollback': { take: ({ admin }) => admin.post('/v1/config/rollback', { to_version: 1 }) },
  'patch /v1/platform/tenants/{tenant_id}/config': {
    take: (tenant) => app.platform.patch(configPath(tenant), { temperature: 0.11 }),
  },
  'post /v1/platform/tenants/{tenant_id}/config/rollback': {
    take: (tenant) => app.platform.post(`${configPath(tenant)}/rollback`, { steps: 1 }),
  },
  'put /v1/platform/tenants/{tenant_id}/managed': {
    take: async (tenant) => {
      const { version } = await getConfiguration(tenant.admin);
      const file = { settings: { temperature: 0.11 }, source: 'tenants/a.yaml', base_version: version };
      return app.platform.put(`/v1/platform/tenants/${tenant.id}/managed`, file);
    },
  },
  'post /v1/platform/bulk-updates': { take: (tenant) => bulkUpdate(tenant) },
  'post /v1/platform/bulk-updates/{id}/revert': {
    before: (tenant) => bulkUpdate(tenant),
    take: (_, operation) => completeBulk(`/${operation}/revert`),
  },
  'post /v1/platform/rollouts/{id}/promote': {
    take: async ({ id }) => {
      const rolloutRequest = {
        name: `calm ${id}`,
        selector: { tenant_ids: [id] },
        changes: { temperature: 0.11 },
        unit: 'tenant',
        percentage: 100,
        guardrails: { min_samples: 1 },
      };
      const { body: rollout } = await app.platform.post<{ id: string }>(
        '/v1/platform/rollouts',
        rolloutRequest,
      );
      const { status } = await app.platform.post(`/v1/platform/rollouts/${rollout.id}/promote`);
      expect(status).toBe(200);
    },
  },
};

/** The approval itself, and what removes the tenant. */
const routesWithoutApproval = [
  'post /v1/platform/change-requests/{id}/approve',
  'delete /v1/platform/tenants/{tenant_id}',
];

/** A tenant at its second version. */
async function aTenant(): Promise<TestTenant> {
  const tenant = await app.createTenant();
  await tenant.admin.patch('/v1/config', { max_tokens: 300 });
  return tenant;
}

const requireApproval = ({ id }: TestTenant) =>
  app.platform.patch(`/v1/platform/tenants/${id}`, { approval_required: true, status: 'active' });

async function readStored({ id }: TestTenant): Promise<StoredConfiguration> {
  const sql = 'SELECT * FROM tenant_configurations WHERE tenant_id = $1';
  const [row] = await querySql<StoredConfiguration>(app.database.superuserUrl, sql, [id]);
  return { ...row!, version: Number(row!.version) };
}

async function listPendingRequests({ id }: TestTenant): Promise<{ patch: object; id: string }[]> {
  const path = `/v1/platform/change-requests?state=pending&tenant_id=${id}`;
  return (await app.platform.get<{ items: { patch: object; id: string }[] }>(path)).body.items;
}

async function useRoute(
  name: string,
  isBound: boolean,
): Promise<{ tenant: TestTenant; before: StoredConfiguration }> {
  const tenant = await aTenant();
  const prepared = (await changeRoutes[name]?.before?.(tenant)) ?? '';
  if (isBound) await requireApproval(tenant);
  const before = await readStored(tenant);
  await changeRoutes[name]?.take(tenant, prepared);
  return { tenant, before };
}

describe.each(Object.keys(changeRoutes))('%s', (name) => {
  it('changes a tenant that needs no approval', async () => {
    const { tenant, before } = await useRoute(name, false);
    expect(await readStored(tenant)).toMatchObject({ version: before.version + 1 });
  });

  it('creates a change request when the tenant needs approval, and changes nothing', async () => {
    const { tenant, before } = await useRoute(name, true);
    const pending = await listPendingRequests(tenant);
    expect(pending).toHaveLength(1);
    expect(await readStored(tenant)).toEqual(before);
  });
});

describe('a running promotion', () => {
  interface Waiting {
    readonly waiting: number;
  }

  /** A promotion that has decided what to do with its tenants, and cannot write it until `work` is done. */
  async function holdingWrites(work: () => Promise<unknown>): Promise<void> {
    const client = new Client({ connectionString: app.database.superuserUrl });
    await client.connect();
    await client.query('BEGIN');
    await client.query('LOCK TABLE bulk_operations IN SHARE ROW EXCLUSIVE MODE');
    await work().finally(() => client.end());
  }

  async function waitingForLocks(): Promise<number> {
    const sql = `SELECT count(*)::int AS waiting FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    return (await querySql<Waiting>(app.database.superuserUrl, sql))[0]!.waiting;
  }

  it('changes no tenant that has come to need approval meanwhile', async () => {
    const tenant = await aTenant();
    const promote = changeRoutes['post /v1/platform/rollouts/{id}/promote']!;
    let promoted: Promise<unknown> | undefined;
    let bound: Promise<StoredConfiguration> | undefined;
    await holdingWrites(async () => {
      promoted = promote.take(tenant, '');
      await waitFor(async () => (await waitingForLocks()) === 1);
      let isBound = false;
      bound = requireApproval(tenant).then(() => {
        isBound = true;
        return readStored(tenant);
      });
      await waitFor(async () => isBound || (await waitingForLocks()) === 2);
      if (isBound) await bound;
    });
    await promoted;
    expect(await readStored(tenant)).toEqual(await bound);
  });
});

describe('every other operation', () => {
  const methods = ['post', 'put', 'patch', 'delete'];

  async function operations(): Promise<[string, Operation][]> {
    const { body } = await app.platform.get<{ paths: Record<string, Record<string, Operation>> }>(
      '/openapi.json',
    );
    return Object.entries(body.paths).flatMap(([path, item]) =>
      methods.flatMap((method): [string, Operation][] => {
        const operation = item[method];
        return operation ? [[`${method} ${path}`, operation]] : [];
      }),
    );
  }

  function exampleOf({ requestBody }: Operation, { id }: TestTenant): object | undefined {
    const [media] = Object.values(requestBody?.content ?? {});
    const text = JSON.stringify(media?.example ?? firstOf(media?.examples));
    return text === undefined ? undefined : (JSON.parse(text.replaceAll('acme-law', id)) as object);
  }

  function firstOf(examples: Record<string, { value: object }> = {}): object | undefined {
    return Object.values(examples)[0]?.value;
  }

  async function aimed(path: string, tenant: TestTenant): Promise<string> {
    const [request] = await listPendingRequests(tenant);
    const ids: Record<string, string | undefined> = { 'change-requests': request?.id, models: 'gpt-4' };
    const kind = path.match(/([a-z-]+)\/\{id\}/)?.[1] ?? '';
    return path
      .replace('{tenant_id}', tenant.id)
      .replace('{id}', ids[kind] ?? 'none')
      .replace('{plan}', 'pro')
      .replace('{version}', '1');
  }

  it('leaves the configuration of an approval-bound tenant as it is', async () => {
    const tenant = await aTenant();
    await requireApproval(tenant);
    await tenant.admin.patch('/v1/config', { temperature: 0.5 });
    await app.platform.patch(configPath(tenant), { temperature: 0.6 });
    const before = await readStored(tenant);
    const all = await operations();
    expect(all.map(([name]) => name)).toEqual(
      expect.arrayContaining([...Object.keys(changeRoutes), ...routesWithoutApproval]),
    );
    const rest = all.filter(([name]) => !(name in changeRoutes) && !routesWithoutApproval.includes(name));
    for (const [name, operation] of rest) {
      const [method = '', path = ''] = name.split(' ');
      for (const client of [tenant.admin, app.platform]) {
        const body = exampleOf(operation, tenant);
        await client.send(await aimed(path, tenant), {
          method: method.toUpperCase(),
          ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
        });
      }
      await requireApproval(tenant);
      expect([name, await readStored(tenant)]).toEqual([name, before]);
    }
    expect(rest.length).toBeGreaterThan(15);
  });

  it('changes an approval-bound tenant only when a platform admin forces it', async () => {
    const tenant = await aTenant();
    await requireApproval(tenant);
    const forced = { temperature: 0.11, force: true, reason: 'an emergency' };
    expect((await tenant.admin.patch('/v1/config', forced)).status).toBe(400);
    expect((await app.platform.patch(configPath(tenant), { ...forced, reason: ' ' })).status).toBe(400);
    expect((await app.platform.patch(configPath(tenant), forced)).status).toBe(200);
    const back = { steps: 1, force: true, reason: 'it is over' };
    expect((await app.platform.post(`${configPath(tenant)}/rollback`, back)).status).toBe(200);
    expect(await readStored(tenant)).toMatchObject({ version: 4, settings: { max_tokens: 300 } });
  });
});

describe('a running bulk update', () => {
  it('creates a change request for a tenant that has come to need approval meanwhile', async () => {
    const tenant = await aTenant();
    const client = new Client({ connectionString: app.database.superuserUrl });
    await client.connect();
    await client.query('BEGIN');
    await client.query('SELECT FROM tenant_configurations WHERE tenant_id = $1 FOR UPDATE', [tenant.id]);
    const selector = { tenant_ids: [tenant.id] };
    const operation = await startBulkUpdate(app.platform, { selector, changes: { max_tokens: 432 } });
    const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    await waitFor(async () => (await querySql(app.database.superuserUrl, waiting)).length > 0).finally(
      async () => {
        await requireApproval(tenant);
        await client.end();
      },
    );
    const before = await readStored(tenant);
    expect(await waitUntilEnded(app.platform, operation)).toMatchObject({ approval_required: 1, updated: 0 });
    expect(await readStored(tenant)).toEqual(before);
  });
});
