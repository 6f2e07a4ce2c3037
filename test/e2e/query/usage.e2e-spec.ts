import type { ApiResponse, ApiClient } from '#testing';
import { expectProblem } from '../../app/expect-problem.js';
import { type Problem, createTenant, fieldErrorsIn, useTestApp, querySql } from '../../app/test-app.js';

interface Usage {
  readonly days: {
    readonly date: string;
    readonly queries: number;
    readonly by_model: Record<string, { readonly queries: number }>;
  }[];
  readonly quota: { readonly limit: number; readonly used: number };
  readonly budget: { readonly limit_usd: unknown; readonly spent_usd: number; readonly reserved_usd: number };
}

const question = 'When is the rent due?';
const app = useTestApp('tenant', { CONFIG_TESTS_PER_HOUR: '0' });

function getUsage(client: ApiClient, search = ''): Promise<ApiResponse<Usage>> {
  return client.get<Usage>(`/v1/usage${search}`);
}

async function getUsedQueries(client: ApiClient): Promise<number> {
  return (await getUsage(client)).body.quota.used;
}

describe('GET /v1/usage', () => {
  it('returns the 30 days up to today and the remaining quota', async () => {
    const { member } = await createTenant(app.platform, 'fresh', 'basic');
    const { status, body } = await getUsage(member);
    expect([status, body.days.length]).toEqual([200, 30]);
    expect(body.days.every(({ queries }) => queries === 0)).toBe(true);
    expect(body.quota).toMatchObject({ limit: 1000, used: 0 });
    expect(body.budget).toMatchObject({ limit_usd: 50, spent_usd: 0, reserved_usd: 0 });
    await app.platform.patch('/v1/platform/tenants/fresh', { plan: 'enterprise' });
    expect((await getUsage(member)).body.budget.limit_usd).toBe('unlimited');
  });

  it('counts queries by day and model, and the log has the user', async () => {
    const { member, id } = await createTenant(app.platform, 'asking');
    await member.post('/v1/query', { question, user_id: 'ann' });
    await member.post('/v1/query', { question, stream: true });
    const { body } = await getUsage(member);
    const today = body.days.at(-1);
    expect(today).toMatchObject({ queries: 2, by_model: { 'gpt-3.5-turbo': { queries: 2 } } });
    const { body: alone } = await getUsage(member, `?from=${today!.date}&to=${today!.date}`);
    expect(alone.days).toEqual([today]);
    const log = `SELECT user_id, outcome, config_version::int AS version FROM usage_log WHERE tenant_id = $1 ORDER BY id`;
    expect(await querySql(app.database.superuserUrl, log, [id])).toEqual([
      { user_id: 'ann', outcome: 'answered', version: 1 },
      { user_id: expect.stringMatching(/^[0-9a-z]+$/) as string, outcome: 'answered', version: 1 },
    ]);
  });

  it('no longer names a user whose usage was erased, and counts the same', async () => {
    const { member, id } = await createTenant(app.platform, 'forgetting');
    for (const user of ['ann', 'ann', 'bob']) await member.post('/v1/query', { question, user_id: user });
    const before = (await getUsage(member)).body;
    const path = `/v1/platform/tenants/${id}/usage/erase`;
    const erased = await app.platform.post<object>(path, { user_id: 'ann' });
    expect([erased.status, erased.body]).toMatchObject([200, { user_id: 'ann', erased: 2, remaining: 0 }]);
    const log = `SELECT user_id FROM usage_log WHERE tenant_id = $1 ORDER BY id`;
    const users = await querySql<{ user_id: string }>(app.database.superuserUrl, log, [id]);
    expect(users.map(({ user_id: user }) => user)).toEqual(['erased', 'erased', 'bob']);
    expect((await getUsage(member)).body).toEqual(before);
    expectProblem(await member.post(path, { user_id: 'bob' }), 403, 'forbidden');
    const nobody = app.platform.post('/v1/platform/tenants/never-was/usage/erase', { user_id: 'ann' });
    expectProblem(await nobody, 404, 'not-found');
  });

  it('counts tests and gate questions as queries, and no refused request', async () => {
    const { admin, member } = await createTenant(app.platform, 'trying');
    await admin.post('/v1/config/test', { temperature: 0.2, question });
    expect(await getUsedQueries(admin)).toBe(1);
    await admin.post('/v1/config/test', { temperature: 0.2, question, compare: true });
    expect(await getUsedQueries(admin)).toBe(3);
    const path = '/v1/platform/tenants/trying/config';
    expect((await app.platform.post(`${path}/test`, { temperature: 0.2, question })).status).toBe(200);
    expect(await getUsedQueries(admin)).toBe(4);
    for (const each of [question, 'And the deposit?'])
      await admin.post('/v1/golden-questions', { question: each });
    expect((await admin.patch('/v1/config', { temperature: 0.3, gate: true })).status).toBe(200);
    expect(await getUsedQueries(admin)).toBe(6);

    await admin.post('/v1/config/test', { temperature: 9, question });
    await admin.post('/v1/config/validate', { temperature: 0.2 });
    await member.post('/v1/query', { question: '' });
    await app.platform.patch('/v1/platform/tenants/trying', { status: 'suspended' });
    expectProblem(await member.post('/v1/query', { question }), 403, 'tenant-suspended');
    expect(await getUsedQueries(admin)).toBe(6);
  });

  it('counts no search without a model, which a suspended tenant may make, too', async () => {
    const { admin, member } = await createTenant(app.platform, 'searching');
    expect((await member.post('/v1/retrieve', { question })).status).toBe(200);
    await app.platform.patch('/v1/platform/tenants/searching', { status: 'suspended' });
    expectProblem(await member.post('/v1/query', { question }), 403, 'tenant-suspended');
    expect((await member.post('/v1/retrieve', { question })).status).toBe(200);
    expect(await getUsedQueries(admin)).toBe(0);
  });

  it('applies the current limits to a test of other limits', async () => {
    const { admin } = await createTenant(app.platform, 'wishful');
    const path = '/v1/platform/tenants/wishful/config';
    await app.platform.patch(path, { max_queries_per_day: 100 });
    const spend = `INSERT INTO quota_counters VALUES ('wishful', (now() AT TIME ZONE 'UTC')::date, 100)`;
    await querySql(app.database.superuserUrl, spend);
    const wish = await app.platform.post(`${path}/test`, { max_queries_per_day: 100_000, question });
    expectProblem(wish, 429, 'quota-exceeded');
    await admin.post('/v1/golden-questions', { question });
    const before = (await admin.get('/v1/config')).body;
    expectProblem(await admin.patch('/v1/config', { temperature: 1, gate: true }), 429, 'quota-exceeded');
    expect((await admin.get('/v1/config')).body).toEqual(before);
    expect(await getUsedQueries(admin)).toBe(100);
  });

  it.each([
    ['?from=yesterday', ['from: pattern']],
    ['?from=2026-02-30&to=2026-13-01', ['from: pattern', 'to: pattern']],
    ['?to=1999-12-31', ['to: pattern']],
    ['?from=2026-11-01T00:00:00Z', ['from: pattern']],
    ['?from=2026-11-02&to=2026-11-01', ['from: combination', 'to: combination']],
    ['?from=2025-01-01&to=2026-01-02', ['from: combination', 'to: combination']],
    ['?from=2026-11-01&from=2026-11-02', ['from: type']],
    ['?since=2026-11-01', ['since: unknown_field']],
    ['?from=', ['from: pattern']],
  ])('refuses %s', async (search, faults) => {
    const { member } = await createTenant(
      app.platform,
      `odd-${Buffer.from(search).toString('hex').slice(-60)}`,
    );
    const answer = await getUsage(member, search);
    expectProblem(answer, 400, 'invalid-input');
    expect(fieldErrorsIn(answer.body as unknown as Problem)).toEqual(faults);
  });
});

describe('max_queries_per_minute', () => {
  it('max_queries_per_minute is set by the platform, and refuses a query beyond it with 429 and the headers of a rate limit', async () => {
    const { admin, member, id } = await createTenant(app.platform, 'hasty');
    expectProblem(await admin.patch('/v1/config', { max_queries_per_minute: 5 }), 400, 'invalid-input');
    const path = `/v1/platform/tenants/${id}/config`;
    const set = await app.platform.patch(path, { max_queries_per_minute: 1, reason: 'too many' });
    expect(set.body).toMatchObject({ max_queries_per_minute: 1 });
    // The minute can end between two of the queries, but not between all of them.
    const answers = [];
    for (let query = 0; query < 4; query += 1)
      answers.push(await member.post<Problem>('/v1/query', { question }));
    const refused = answers.find(({ status }) => status === 429)!;
    expectProblem(refused, 429, 'rate-limited');
    expect(refused.body).toMatchObject({ limit: 1, remaining: 0 });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('ratelimit')).toMatch(/^"queries";r=0;t=\d+$/);
    expect(refused.headers.get('ratelimit-policy')).toBe('"queries";q=1;w=60');
    const fraction = await app.platform.patch<Problem>(path, { max_queries_per_minute: 1.5, reason: 'r' });
    expect(fieldErrorsIn(fraction.body)).toEqual(['max_queries_per_minute: type']);
    const unlimited = await app.platform.patch(path, { max_queries_per_minute: 'unlimited', reason: 'r' });
    expect(unlimited.body).toMatchObject({ max_queries_per_minute: 'unlimited' });
    expect((await member.post('/v1/query', { question })).status).toBe(200);
  });
});
