import { randomUUID } from 'node:crypto';
import {
  type ApiResponse,
  type ApiClient,
  PostgresServer,
  type Replica,
  type TestDatabase,
  createTestDatabase,
  startReplica,
  testRedisUrl,
  waitFor,
} from '#testing';
import { runBulkUpdate } from '../e2e/bulk/bulk-operations.js';
import { expectProblem } from '../app/expect-problem.js';
import { type TestTenant, getConfiguration, createTenant, querySql } from '../app/test-app.js';

interface ReadinessBody {
  readonly status: string;
  readonly checks: { readonly database: { readonly status: string; readonly detail: string | null } };
}

type RequestLine = readonly [method: string, path: string, body?: object];
type Schema = Readonly<Record<string, { readonly example?: object; readonly examples?: object }>>;

/** Routes that answer without the database, or may. */
const excludedRoutes = [
  '/mcp',
  '/v1/query',
  '/v1/chat/completions',
  '/v1/embeddings',
  '/v1/config/stream-ticket',
  // An API key has no session to end; test/replicas/sessions.e2e-spec.ts has the outage for browsers.
  '/v1/session',
  // Forms of a browser and of an identity provider, which are refused before anything is read.
  '/v1/session/oidc/choose',
  '/v1/session/oidc/backchannel-logout',
  // On Postgres it is refused before anything is read.
  '/v1/platform/backup',
  '/v1/config/replay',
  '/v1/platform/tenants/import',
];

function isExcluded(path: string): boolean {
  return excludedRoutes.includes(path) || /^\/ofrep\/|\/validate$/.test(path);
}

let server: PostgresServer;
let database: TestDatabase;
let replica: Replica;
let tenant: TestTenant;
let requests: RequestLine[];

beforeAll(async () => {
  server = await PostgresServer.start();
  database = await createTestDatabase(server.url);
  replica = await startReplica({ env: environment() });
  tenant = await createTenant(replica.api, 'acme');
  requests = [...(await writingRoutes()), ...listRequests];
});
afterEach(() => waitFor(async () => (await getReadiness()).status === 'ok', { what: 'all is normal again' }));
afterAll(async () => {
  await replica?.stop();
  await server?.stop();
});

function environment(): Record<string, string> {
  const { url: DATABASE_URL, migrationUrl: MIGRATION_DATABASE_URL } = database;
  return { DATABASE_URL, MIGRATION_DATABASE_URL, CONFIG_CHANGES_PER_HOUR: '0', DATABASE_OUTAGE_MS: '3000' };
}

const listPaths = [
  'config/history',
  'config/history/1',
  'api-keys',
  'documents',
  'golden-questions',
  'config/change-requests',
  'platform/bulk-updates',
  'platform/rollouts',
  'platform/tenants',
  'platform/audit',
  'platform/change-requests',
  'platform/tenants/acme/config/history',
];
const listRequests = listPaths.map((path): RequestLine => ['GET', `/v1/${path}`]);

/** Every route that writes, by its own example. */
async function writingRoutes(): Promise<RequestLine[]> {
  const { body } = await replica.api.get<{ paths: Record<string, Record<string, Operation>> }>(
    '/openapi.json',
  );
  return Object.entries(body.paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([method]) => method !== 'get' && !isExcluded(path))
      .map(([method, operation]) => [method.toUpperCase(), fillPath(path), bodyOf(operation)] as const),
  ) as RequestLine[];
}

interface Operation {
  readonly requestBody?: { readonly content: Schema };
}

function fillPath(path: string): string {
  return path
    .replace('{tenant_id}', 'acme')
    .replace('{plan}', 'pro')
    .replace(/platform\/sessions$/, '$&?tenant_id=acme')
    .replace('models/{id}', 'models/gpt-4o')
    .replace('{id}', 'abcdef0123456789');
}

function bodyOf({ requestBody }: Operation): object | undefined {
  const content = requestBody?.content['application/json'];
  const [first] = Object.values(content?.examples ?? {}) as { value: object }[];
  return content?.example ?? first?.value;
}

function sendRequest(
  [method, path, body]: RequestLine,
  headers: Record<string, string> = {},
): Promise<ApiResponse<unknown>> {
  const client: ApiClient = path.startsWith('/v1/platform') ? replica.api : tenant.admin;
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  return client.send(path, { method, headers: { ...type, ...headers }, ...sent });
}

function expectUnavailable(answer: ApiResponse<unknown>): void {
  expectProblem(answer, 503, 'unavailable');
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
}

async function getReadiness(at: Replica = replica): Promise<ReadinessBody> {
  const { status, body } = await at.api.get<ReadinessBody>('/health/ready');
  expect(status).toBe(200);
  return body;
}

/** How many rows each table has, and how often each configuration was changed. */
async function readRowCounts(): Promise<unknown> {
  const counts = [
    'tenants',
    'tenant_configuration_history',
    'plans',
    'models',
    'documents',
    'change_requests',
  ]
    .concat(['bulk_operations', 'rollouts', 'golden_questions', 'audit_log', 'idempotency_keys', 'api_keys'])
    .map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`);
  const versions =
    '(SELECT json_agg((tenant_id, version) ORDER BY 1) FROM tenant_configurations) AS versions';
  return querySql(database.superuserUrl, `SELECT ${[...counts, versions].join()}`);
}

async function expectUnchanged(before: unknown): Promise<void> {
  expect(await readRowCounts()).toEqual(before);
  const { body } = await tenant.admin.patch<{ version: number }>('/v1/config', { max_tokens: 500 });
  const other = await tenant.admin.patch<{ version: number }>('/v1/config', { max_tokens: 501 });
  expect(other.body.version).toBe(body.version + 1);
  for (const list of listRequests)
    expect([list[1], (await sendRequest(list)).status]).toEqual([list[1], 200]);
}

const waitUntilReady = () => waitFor(async () => (await getReadiness()).status === 'ok');

describe('Attune with frozen Postgres:', () => {
  it('every write and list answers 503 with Retry-After and changes nothing, and all works afterwards', async () => {
    await replica.api.get('/v1/platform/plans');
    const before = await readRowCounts();
    server.pause();
    // Some of them find the outage, the others come when it is known.
    const outcomes = await Promise.all(
      requests.map(async (request) => [request, await sendRequest(request)] as const),
    );
    const served = outcomes.filter(([, { status }]) => status !== 503);
    expect(served.map(([[method, path], { status, body }]) => [method, path, status, body])).toEqual([]);
    for (const [, answer] of outcomes) expectUnavailable(answer);
    for (const request of requests)
      expectUnavailable(await sendRequest(request, { 'idempotency-key': randomUUID() }));
    const { status, checks } = await getReadiness();
    expect([status, checks.database.status]).toEqual(['degraded', 'degraded']);
    expect(checks.database.detail).toMatch(/^not reachable since \d{4}-.*Z: it does not answer$/);
    expect((await replica.api.get('/health/live')).body).toEqual({ status: 'ok' });
    expectUnavailable(await replica.api.as(`atn_${'9'.repeat(16)}_${'9'.repeat(48)}`).get('/v1/config'));
    server.resume();
    await waitUntilReady();
    await expectUnchanged(before);
  });

  it('a replica stops on SIGTERM', async () => {
    const other = await startReplica({ env: environment() });
    server.pause();
    const ended = other.stop();
    const code = await ended.finally(() => server.resume());
    expect(code).toBe(0);
  });
});

describe('Attune without Postgres:', () => {
  it('every write and list answers 503 with Retry-After, and all works after the restart', async () => {
    const before = await readRowCounts();
    await server.kill();
    for (const request of requests) expectUnavailable(await sendRequest(request));
    expect((await getReadiness()).checks.database.detail).toMatch(/: it refuses connections$/);
    await server.restart();
    await waitUntilReady();
    await expectUnchanged(before);
  });

  it('a bulk update waits until it is back', async () => {
    await server.kill();
    await server.restart();
    await waitUntilReady();
    const selector = { tenant_ids: ['acme'] };
    const operation = await runBulkUpdate(replica.api, { selector, changes: { temperature: 0.2 } });
    expect(operation).toMatchObject({ state: 'completed', matched: 1 });
  });
});

describe('a replica that starts without Postgres', () => {
  it('answers ready at once if it has Redis, reports what is missing, and catches up when Postgres comes', async () => {
    const later = await createTestDatabase(server.url);
    const migrations = 'SELECT count(*) FROM attune_migrations';
    const before = await querySql(later.superuserUrl, migrations);
    await server.kill();
    const env = {
      DATABASE_URL: later.url,
      MIGRATION_DATABASE_URL: later.migrationUrl,
      REDIS_URL: testRedisUrl(),
      ATTUNE_PLATFORM_API_KEY: '',
      DEFAULT_MAX_TOKENS: '777',
    };
    const late = await startReplica({ env });
    try {
      expect(await getReadiness(late)).toMatchObject({ status: 'degraded' });
      expect(late.output()).toContain('cannot be reached: it refuses connections');
      expect(late.output()).not.toMatch(/platform-admin-key|attune-test@|:attune-test/);
      await server.restart();
      await waitFor(async () => (await getReadiness(late)).status === 'ok');
      const keys = () => [...late.output().matchAll(/platform-admin-key (\S+)/g)].map(([, key]) => key!);
      await waitFor(() => keys().length > 0);
      const platform = late.api.as(keys()[0]!);
      expect(await querySql(later.superuserUrl, migrations)).toEqual(before);
      const defaults = await platform.get('/v1/platform/defaults');
      expect(defaults.body).toMatchObject({ max_tokens: 777 });
      const made = await createTenant(platform, 'newcomer', 'enterprise');
      const selector = { tenant_ids: ['newcomer'] };
      const operation = await runBulkUpdate(platform, { selector, changes: { temperature: 0.3 } });
      expect(operation).toMatchObject({ state: 'completed', updated: 1 });
      expect(await getConfiguration(made.admin)).toMatchObject({ temperature: 0.3 });
      expect(keys()).toHaveLength(1);
    } finally {
      await late.stop();
    }
  });

  it('stops on SIGTERM', async () => {
    await server.kill();
    const late = await startReplica({ env: { ...environment(), REDIS_URL: testRedisUrl() } });
    expect(await late.stop()).toBe(0);
    await server.restart();
  });
});
