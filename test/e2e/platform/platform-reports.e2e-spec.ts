import { waitFor } from '#testing';
import { type Problem, type TestTenant, createTenant, useTestApp } from '../../app/test-app.js';

interface UsagePage {
  readonly items: Record<string, unknown>[];
  readonly next_cursor: string | null;
}

describe('GET /v1/platform/usage', () => {
  const app = useTestApp('usage');
  const path = '/v1/platform/usage?from=2026-10-01&to=2026-10-31';

  beforeAll(async () => {
    await createTenant(app.platform, 'one', 'pro');
    await createTenant(app.platform, 'two', 'basic');
    await createTenant(app.platform, 'idle', 'basic');
    await app.asSuperuser(`INSERT INTO usage_daily (tenant_id, day, model, queries, prompt_tokens, completion_tokens, cost_nano_usd) VALUES
      ('one', '2026-10-01', 'gpt-4', 3, 300, 30, 5000000000), ('one', '2026-10-02', 'a, "b"', 1, 10, 1, 1),
      ('two', '2026-10-02', 'gpt-4', 2, 20, 2, 2000000000), ('two', '2026-11-01', 'gpt-4', 9, 9, 9, 9)`);
    await app.asSuperuser(`INSERT INTO quota_counters (tenant_id, day, queries) VALUES ('one', '2026-10-01', 4), ('two', '2026-10-02', 3),
      ('two', '2026-10-31', 1), ('two', '2026-11-01', 9)`);
  });

  const none = { tenant_id: null, plan: null, model: null, date: null };
  const one = { ...none, prompt_tokens: 310, completion_tokens: 31, cost_usd: 5.000000001 };
  const two = { ...none, prompt_tokens: 20, completion_tokens: 2, cost_usd: 2 };

  it.each([
    [
      'tenant',
      [
        { ...one, tenant_id: 'one', plan: 'pro', queries: 4 },
        { ...two, tenant_id: 'two', plan: 'basic', queries: 4 },
      ],
    ],
    [
      'plan',
      [
        { ...one, plan: 'pro', queries: 4 },
        { ...two, plan: 'basic', queries: 4 },
      ],
    ],
    [
      'model',
      [
        { ...none, model: 'gpt-4', queries: 5, prompt_tokens: 320, completion_tokens: 32, cost_usd: 7 },
        { ...none, model: 'a, "b"', queries: 1, prompt_tokens: 10, completion_tokens: 1, cost_usd: 1e-9 },
      ],
    ],
    [
      'day',
      [
        { ...none, date: '2026-10-01', queries: 4, prompt_tokens: 300, completion_tokens: 30, cost_usd: 5 },
        {
          ...none,
          date: '2026-10-02',
          queries: 3,
          prompt_tokens: 30,
          completion_tokens: 3,
          cost_usd: 2.000000001,
        },
        { ...none, date: '2026-10-31', queries: 1, prompt_tokens: 0, completion_tokens: 0, cost_usd: 0 },
      ],
    ],
  ])(
    'sums up by %s the queries that were admitted, the tokens and the cost of the period',
    async (grouping, rows) => {
      const { body } = await app.platform.get<UsagePage>(`${path}&group_by=${grouping}`);
      expect(body).toEqual({ items: rows, next_cursor: null });
    },
  );

  it.each([
    'cost_usd',
    '-cost_usd',
    'queries',
    '-queries',
    'group',
    '-group',
    'prompt_tokens',
    '-completion_tokens',
  ])('returns each row once in pages sorted by %s', async (sort) => {
    const whole = await app.platform.get<UsagePage>(`${path}&group_by=day&sort=${sort}`);
    const rows: object[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { body: UsagePage } = await app.platform.get(
        `${path}&group_by=day&sort=${sort}&limit=1${cursor && `&cursor=${cursor}`}`,
      );
      rows.push(...page.body.items);
      cursor = page.body.next_cursor;
    }
    expect(rows).toEqual(whole.body.items);
    expect(rows).toHaveLength(3);
  });

  it('refuses the cursor of another report, and a period that is too long', async () => {
    const { body } = await app.platform.get<UsagePage>(`${path}&limit=1`);
    const other = await app.platform.get<Problem>(`${path}&limit=1&group_by=plan&cursor=${body.next_cursor}`);
    expect(other).toMatchObject({ status: 400, body: { errors: [{ field: 'cursor' }] } });
    const long = await app.platform.get<Problem>(
      '/v1/platform/usage?from=2024-01-01&to=2026-01-01&sort=colour',
    );
    expect(long.body.errors!.map(({ field }) => field).toSorted()).toEqual(['from', 'sort', 'to']);
  });

  it('writes the whole report as CSV and as lines of JSON', async () => {
    const csv = await app.platform.send<string>(`${path}&group_by=model`, {
      headers: { accept: 'text/csv' },
    });
    expect(csv.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(csv.body).toBe(
      'tenant_id,plan,model,date,queries,prompt_tokens,completion_tokens,cost_usd\r\n' +
        ',,gpt-4,,5,320,32,7\r\n,,"a, ""b""",,1,10,1,0.000000001\r\n',
    );
    const ndjson = await app.platform.send<string>(path, { headers: { accept: 'application/x-ndjson' } });
    const lines = ndjson.body.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { tenant_id: string }).tenant_id)).toEqual([
      'one',
      'two',
    ]);
    const empty = '/v1/platform/usage?from=2025-01-01&to=2025-01-02';
    const head = await app.platform.send<string>(empty, { headers: { accept: 'text/csv' } });
    expect(head.body).toMatch(/^tenant_id,.*\r\n$/);
    expect(
      (await app.platform.send<string>(empty, { headers: { accept: 'application/x-ndjson' } })).body,
    ).toBeNull();
  });
});

describe('what a platform admin reads of one tenant', () => {
  const app = useTestApp('read');
  let tenant: TestTenant;

  beforeAll(async () => {
    tenant = await createTenant(app.platform, 'acme');
    await tenant.admin.post('/v1/documents', {
      id: 'rent',
      title: 'Rent',
      text: 'The rent is due on Monday.',
    });
    await tenant.admin.post('/v1/golden-questions', { question: 'When is the rent due?' });
  });

  it.each(['config/schema', 'usage', 'documents', 'documents/rent', 'golden-questions'])(
    'the route %s of a tenant answers a platform admin as the tenant itself, also with a key that only reads',
    async (route) => {
      const read = await tenant.admin.get(`/v1/${route}`);
      expect(read.status).toBe(200);
      const { body: key } = await app.platform.post<{ key: string }>('/v1/platform/api-keys', {
        name: 'r',
        role: 'platform_reader',
      });
      const seen = await app.platform.as(key.key).get(`/v1/platform/tenants/acme/${route}`);
      expect(seen).toMatchObject({ status: 200, body: read.body as object });
    },
  );

  it.each(['config/schema', 'usage', 'documents', 'documents/rent', 'golden-questions'])(
    'the route %s of a tenant answers 404 if it does not exist, and 403 to a tenant',
    async (route) => {
      expect((await app.platform.get(`/v1/platform/tenants/nobody/${route}`)).status).toBe(404);
      expect((await tenant.admin.get(`/v1/platform/tenants/acme/${route}`)).status).toBe(403);
    },
  );
});

interface Overview {
  readonly replicas: Record<string, unknown>[];
  readonly busiest: { readonly validation_errors_last_hour: number }[];
  readonly [name: string]: unknown;
}

/** The heartbeat after the last change. */
function isReported({ busiest }: Overview): boolean {
  return busiest.some(({ validation_errors_last_hour: errors }) => errors > 0);
}

describe('GET /v1/platform/overview', () => {
  const app = useTestApp('seen');

  it('shows the replica, the counts, the busiest tenants and the newest change', async () => {
    const quiet = await app.createTenant();
    const busy = await app.createTenant();
    await app.platform.patch(`/v1/platform/tenants/${quiet.id}`, { status: 'suspended' });
    await busy.admin.patch('/v1/config', { temperature: 0.1 });
    await busy.admin.patch('/v1/config', { temperature: 0.2 });
    await busy.admin.patch('/v1/config', { temperature: 9 });
    await busy.member.post('/v1/query', { question: 'Anything?' });
    const overview = await waitFor(async () => {
      const { body } = await app.platform.get<Overview>('/v1/platform/overview');
      return isReported(body) ? body : null;
    });
    expect(overview).toEqual({
      replicas: [
        {
          id: expect.stringMatching(/^.+-[0-9a-f]{8}$/),
          version: expect.stringMatching(/^\d+\.\d+\.\d+/),
          started_at: expect.stringMatching(/Z$/),
          state: 'ready',
          watermark_age_ms: expect.any(Number),
          behind_by: expect.any(Number),
          source: 'live',
          bus: 'connected',
          entries: expect.any(Number),
          hit_rate: expect.any(Number),
          load_p95_ms: expect.any(Number),
        },
      ],
      tenants: { total: 2, active: 1, suspended: 1 },
      busiest: [
        { tenant_id: busy.id, changes_last_hour: 3, validation_errors_last_hour: 1 },
        { tenant_id: quiet.id, changes_last_hour: 1, validation_errors_last_hour: 0 },
      ],
      queries: { last_minute: 1, error_rate: 0, p95_ms: expect.any(Number), cost_usd_today: 0 },
      newest_change: { tenant_id: busy.id, version: 3, at: expect.stringMatching(/Z$/) },
    });
  });

  it('shows a replica that stopped to report as lost, and leaves out a tenant that was deleted', async () => {
    await app.asSuperuser(`INSERT INTO replicas (id, version, started_at, seen_at, report)
      SELECT 'killed', '0.0.9', now() - interval '1 hour', now() - interval '16 seconds', report FROM replicas`);
    await app.platform.del('/v1/platform/tenants/seen-2');
    const { body } = await app.platform.get<Overview>('/v1/platform/overview');
    expect(body.replicas[0]).toMatchObject({ id: 'killed', version: '0.0.9', state: 'lost' });
    expect(body.replicas[0]!['watermark_age_ms']).toBeGreaterThan(15_000);
    expect(body.replicas[1]).toMatchObject({ state: 'ready' });
    expect(body.busiest).toMatchObject([{ tenant_id: 'seen-1' }]);
  });

  it('shows the running replica, however many others were killed within minutes', async () => {
    await app.asSuperuser(`INSERT INTO replicas (id, version, started_at, seen_at, report)
      SELECT 'killed-' || n, version, started_at, now() - interval '1 minute', report
      FROM replicas, generate_series(1, 200) n WHERE id = 'killed'`);
    const { body } = await app.platform.get<Overview>('/v1/platform/overview');
    expect(body.replicas).toHaveLength(200);
    expect(body.replicas.at(-1)).toMatchObject({ state: 'ready' });
  });
});
