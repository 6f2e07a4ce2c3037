/** Two replicas on a Postgres with a standby that they read lists from. Nobody sees an old row, and nothing is decided by one. */
import {
  ApiClient,
  PostgresServer,
  type Replica,
  createTestDatabase,
  startReplica,
  testRedisUrl,
  waitFor,
} from '#testing';
import { expectProblem } from '../app/expect-problem.js';
import {
  type ConfigurationResponse,
  type TestTenant,
  createTenant,
  getHistory,
  querySql,
} from '../app/test-app.js';

const platformKey = `atn_${'a'.repeat(12)}_${'b'.repeat(48)}`;
let primary: PostgresServer;
let standby: PostgresServer;
let here: Replica;
let there: Replica;
let tenant: TestTenant;

beforeAll(async () => {
  primary = await PostgresServer.start();
  const { url } = await createTestDatabase(primary.url);
  standby = await PostgresServer.start(primary);
  const env = {
    DATABASE_URL: url,
    DATABASE_READ_URL: Object.assign(new URL(url), { host: new URL(standby.url).host }).href,
    DATABASE_OUTAGE_MS: '1000',
    REDIS_URL: testRedisUrl(),
    ATTUNE_PLATFORM_API_KEY: platformKey,
    CONFIG_CHANGES_PER_HOUR: '0',
  };
  [here, there] = await Promise.all([startReplica({ env }), startReplica({ env })]);
  tenant = await createTenant(here.api, 'acme');
});
afterAll(async () => {
  await Promise.all([here?.stop(), there?.stop()]);
  await Promise.all([primary?.stop(), standby?.stop()]);
});

const at = (replica: Replica, key = tenant.adminKey): ApiClient => new ApiClient(replica.url, key);
const pauseReplay = () => querySql(standby.url, 'SELECT pg_wal_replay_pause()');
const resumeReplay = () => querySql(standby.url, 'SELECT pg_wal_replay_resume()');

async function readMetric(replica: Replica, series: string): Promise<number> {
  const { body } = await replica.api.get<string>('/metrics');
  return Number(
    body
      .split('\n')
      .find((line) => line.startsWith(`${series} `))
      ?.split(' ')[1],
  );
}

const countStandbyReads = (replica: Replica) =>
  readMetric(replica, 'attune_standby_reads_total{outcome="standby"}');
const waitForStandby = (replica: Replica) =>
  waitFor(async () => (await readMetric(replica, 'attune_standby_up')) === 1, {
    what: 'the standby is read',
  });

/** The version in the newest entry of the history, which is a list. */
async function readNewestVersion(replica: Replica): Promise<number> {
  return (await getHistory(at(replica)))[0]!.version;
}

async function changeAt(replica: Replica, value: number): Promise<number> {
  const { status, body } = await at(replica).patch<ConfigurationResponse>('/v1/config', {
    max_tokens: value,
  });
  expect(status).toBe(200);
  return body.version;
}

describe('replicas with a standby', () => {
  beforeEach(async () => {
    await waitForStandby(here);
    await waitForStandby(there);
  });

  it.each([
    ['tenant', '/v1/config/history'],
    ['tenant', '/v1/config/change-requests'],
    ['tenant', '/v1/api-keys'],
    ['tenant', '/v1/documents?include=count'],
    ['tenant', '/v1/golden-questions'],
    ['tenant', '/v1/sessions'],
    ['tenant', '/v1/usage'],
    ['tenant', '/v1/webhooks'],
    ['platform', '/v1/platform/api-keys'],
    ['platform', '/v1/platform/audit'],
    ['platform', '/v1/platform/bulk-updates'],
    ['platform', '/v1/platform/change-requests'],
    ['platform', '/v1/platform/overview'],
    ['platform', '/v1/platform/rollouts'],
    ['platform', '/v1/platform/sessions'],
    ['platform', '/v1/platform/tenants'],
    ['platform', '/v1/platform/usage'],
    ['platform', '/v1/platform/webhooks'],
  ] as const)('read as %s the list %s from the standby', async (role, path) => {
    const before = await countStandbyReads(here);
    const { status } = await (role === 'platform' ? here.api : at(here)).get(path);
    expect(status).toBe(200);
    expect(await countStandbyReads(here)).toBeGreaterThan(before);
  });

  it.each([
    '/v1/config',
    '/v1/config?include=sources',
    '/v1/config/history/1',
    '/v1/config/diff?from=1&to=1',
  ])('read %s without the standby', async (path) => {
    const before = await countStandbyReads(here);
    expect((await at(here).get(path)).status).toBe(200);
    expect(await countStandbyReads(here)).toBe(before);
  });

  it('list a change at once, by whichever replica it was made', async () => {
    for (let value = 100; value < 130; value += 1) {
      const [writer, reader] = value % 2 ? [here, there] : [there, here];
      const version = await changeAt(writer, value);
      expect(await readNewestVersion(reader)).toBe(version);
    }
  });

  it('decide and list by what the primary has while the standby replays nothing', async () => {
    await pauseReplay();
    try {
      const { headers } = await at(there).get('/v1/config');
      const version = await changeAt(here, 200);
      expect(await readNewestVersion(there)).toBe(version);
      const stale = { 'if-match': headers.get('etag')! };
      expectProblem(await at(there).patch('/v1/config', { max_tokens: 201 }, stale), 412, 'version-mismatch');
      const created = await at(here).post<{ id: string; key: string }>('/v1/api-keys', {
        name: 'new',
        role: 'member',
      });
      const { body: keys } = await at(there).get<{ items: { id: string }[] }>('/v1/api-keys');
      expect(keys.items[0]!.id).toBe(created.body.id);
      expect((await at(there, created.body.key).get('/v1/config')).status).toBe(200);
      await at(here).del(`/v1/api-keys/${created.body.id}`);
      await waitFor(async () => (await at(there, created.body.key).get('/v1/config')).status === 401);
    } finally {
      await resumeReplay();
    }
  });

  it('admit exactly as many queries as the quota allows while the standby replays nothing', async () => {
    const path = `/v1/platform/tenants/${tenant.id}/config`;
    const quota = 100;
    await pauseReplay();
    try {
      expect((await here.api.patch(path, { max_queries_per_day: quota })).status).toBe(200);
      await waitFor(async () => {
        const { body } = await at(there).get<{ max_queries_per_day: number }>('/v1/config');
        return body.max_queries_per_day === quota;
      });
      const ask = (replica: Replica) => at(replica).post('/v1/query', { question: 'When is the rent due?' });
      const answers = await Promise.all(
        Array.from({ length: quota + 20 }, (_, index) => ask(index % 2 ? here : there)),
      );
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(quota);
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(20);
      const { body } = await at(there).get<{ days: { queries: number }[] }>('/v1/usage');
      expect(body.days.reduce((sum, { queries }) => sum + queries, 0)).toBe(quota);
    } finally {
      await resumeReplay();
    }
  });

  it('answer every list while the standby dies and comes back, and health says why it is not read', async () => {
    const end = new AbortController();
    const statuses = new Set<number>();
    const readLists = async (): Promise<void> => {
      while (!end.signal.aborted)
        for (const replica of [here, there]) {
          statuses.add((await at(replica).get('/v1/config/history')).status);
          statuses.add((await replica.api.get('/v1/platform/audit')).status);
        }
    };
    const loops = Array.from({ length: 4 }, readLists);
    const readCheck = async () => {
      const { body } = await here.api.get<{ checks: { standby: object } }>('/health/ready');
      return body.checks.standby;
    };
    expect(await readCheck()).toEqual({ status: 'ok', detail: null });
    const before = await countStandbyReads(here);
    await waitFor(async () => (await countStandbyReads(here)) > before + 20);
    await standby.kill();
    await waitFor(async () => (await readMetric(here, 'attune_standby_up')) === 0);
    expect(await readCheck()).toEqual({
      status: 'degraded',
      detail: expect.stringMatching(/^not read since \S+: (it refuses connections|the connection was lost)$/),
    });
    await standby.restart();
    await waitForStandby(here);
    const reads = await countStandbyReads(here);
    await waitFor(async () => (await countStandbyReads(here)) > reads + 20);
    end.abort();
    await Promise.all(loops);
    expect([...statuses]).toEqual([200]);
  });
});
