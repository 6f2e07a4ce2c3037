import {
  type Problem,
  type ConfigurationResponse,
  type TestTenant,
  getConfiguration,
  fieldErrorsIn,
  useTestApp,
} from '../../app/test-app.js';

const app = useTestApp('configured');

async function getETag({ member }: TestTenant): Promise<string> {
  return (await member.get('/v1/config')).headers.get('etag') ?? '';
}

describe('GET /v1/config', () => {
  it('starts at version 1 with the layers below the tenant, and names the source of each value', async () => {
    const { id, member } = await app.createTenant('basic');
    expect(await getConfiguration(member)).toMatchObject({
      tenant_id: id,
      version: 1,
      override_allowed: true,
      last_modified_by_role: 'system',
      updated_by: expect.any(String),
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      custom_domain_verified: false,
      managed_by_code: [],
      model_name: 'gpt-3.5-turbo',
      model_fallback: 'gpt-3.5-turbo',
      temperature: 0.7,
      max_tokens: 1000,
      retrieval_top_k: 5,
      retrieval_alpha: 0.5,
      rerank_enabled: false,
      rerank_top_n: 3,
      retrieval_min_score: 0,
      retrieval_language: 'auto',
      prompt_variables: {},
      ui_primary_color: '#007bff',
      ui_logo_url: null,
      custom_domain: null,
      max_queries_per_day: 1000,
      max_documents: 10_000,
      monthly_budget_usd: 50,
      sources: { temperature: 'platform', max_documents: 'plan', monthly_budget_usd: 'plan' },
      own: {},
    });
  });

  it('shows a change of a lower layer under the same version with another ETag', async () => {
    const tenant = await app.createTenant('enterprise');
    const before = await getETag(tenant);
    const path = '/v1/platform/plans/enterprise';
    const { id: _, ...plan } = (await app.platform.get<{ id: string; defaults: object }>(path)).body;
    const raised = { ...plan, defaults: { ...plan.defaults, retrieval_top_k: 9 } };
    expect(await app.platform.put(path, raised)).toMatchObject({ status: 200 });
    expect(await getConfiguration(tenant.member)).toMatchObject({
      version: 1,
      retrieval_top_k: 9,
      sources: { retrieval_top_k: 'plan' },
    });
    const after = await getETag(tenant);
    expect([before, after]).toEqual([
      expect.stringMatching(/^"1-[0-9a-f]{8}"$/),
      expect.stringMatching(/^"1-/),
    ]);
    expect(after).not.toBe(before);
  });

  it('leaves sources out unless asked, and refuses an unknown include', async () => {
    const { member } = await app.createTenant();
    const { body } = await member.get<ConfigurationResponse>('/v1/config');
    expect(body).not.toHaveProperty('sources');
    expect(body).not.toHaveProperty('own');
    expect((await member.get('/v1/config?include=secrets')).status).toBe(400);
  });

  it('describes every setting to the tenant under its own plan', async () => {
    const { member } = await app.createTenant('basic');
    const { body } = await member.get<{ properties: Record<string, Record<string, unknown>> }>(
      '/v1/config/schema',
    );
    expect(body.properties['max_tokens']).toMatchObject({
      minimum: 100,
      maximum: 2000,
      title: expect.any(String),
    });
    expect(body.properties['model_name']?.['enum']).not.toContain('gpt-4');
  });
});

describe('PATCH /v1/config', () => {
  it('keeps what a patch leaves out, removes what it sets to null, and merges prompt variables by key', async () => {
    const { admin } = await app.createTenant();
    const variables = { company: 'Acme', tone: 'calm', year: 2026 };
    await admin.patch('/v1/config', { temperature: 0.2, max_tokens: 500, prompt_variables: variables });
    const merge = { 'content-type': 'application/merge-patch+json' };
    const patch = { temperature: null, prompt_variables: { tone: null, loud: false } };
    const { status, body } = await admin.patch<ConfigurationResponse>('/v1/config', patch, merge);
    expect(status).toBe(200);
    expect(body).toMatchObject({ version: 3, temperature: 0.7, max_tokens: 500 });
    expect(body['prompt_variables']).toEqual({ company: 'Acme', year: 2026, loud: false });
    expect(await getConfiguration(admin)).toMatchObject({
      own: { max_tokens: 500, prompt_variables: { company: 'Acme', year: 2026, loud: false } },
      sources: { temperature: 'platform', max_tokens: 'tenant', prompt_variables: 'tenant' },
      last_modified_by_role: 'tenant_admin',
    });
  });

  it('answers with the body and the ETag of GET', async () => {
    const { admin } = await app.createTenant();
    const patched = await admin.patch<ConfigurationResponse>('/v1/config', { retrieval_top_k: 7 });
    const read = await admin.get<ConfigurationResponse>('/v1/config');
    expect(patched.body).toEqual(read.body);
    expect(patched.headers.get('etag')).toBe(read.headers.get('etag'));
    expect(read.headers.get('attune-config-version')).toBe('2');
    expect(read.headers.get('attune-config-source')).toBe('live');
  });

  it('makes no version when nothing stored changes, but one for a value equal to the inherited one', async () => {
    const { admin } = await app.createTenant();
    for (const nothing of [{}, { temperature: null }, { override_allowed: true }])
      expect((await admin.patch('/v1/config', nothing)).body).toMatchObject({ version: 1 });
    expect((await admin.patch('/v1/config', { temperature: 0.7 })).body).toMatchObject({ version: 2 });
    expect((await admin.patch('/v1/config', { temperature: 0.7 })).body).toMatchObject({ version: 2 });
    expect((await getConfiguration(admin)).own).toEqual({ temperature: 0.7 });
  });

  it('answers 403 to everybody but tenant admins', async () => {
    const { member } = await app.createTenant();
    const { status, body } = await member.patch<Problem>('/v1/config', { temperature: 0.1 });
    expect([status, body.type]).toEqual([403, '/problems/forbidden']);
  });

  it('has a validate route that saves nothing', async () => {
    const { admin } = await app.createTenant();
    const good = await admin.post('/v1/config/validate', { temperature: 1 });
    const bad = await admin.post('/v1/config/validate', { temperature: 3, colour: 'red' });
    expect([good.status, good.body]).toEqual([200, { valid: true, errors: [] }]);
    expect([bad.status, bad.body]).toMatchObject([200, { valid: false }]);
    expect(fieldErrorsIn(bad.body as Problem)).toEqual(['colour: unknown_field', 'temperature: max']);
    expect((await getConfiguration(admin)).version).toBe(1);
  });
});

describe('If-None-Match', () => {
  it('answers 304 to the whole current ETag, weak or in a list, and to *', async () => {
    const tenant = await app.createTenant();
    const tag = await getETag(tenant);
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      const answer = await tenant.member.get('/v1/config', { 'if-none-match': known });
      expect([known, answer.status, answer.body]).toEqual([known, 304, null]);
      expect(answer.headers.get('etag')).toBe(tag);
    }
  });

  it('answers 200 to an older ETag and to one that is only the version', async () => {
    const tenant = await app.createTenant();
    const tag = await getETag(tenant);
    expect((await tenant.member.get('/v1/config', { 'if-none-match': '"1"' })).status).toBe(200);
    await tenant.admin.patch('/v1/config', { temperature: 0.1 });
    expect((await tenant.member.get('/v1/config', { 'if-none-match': tag })).status).toBe(200);
  });
});

describe('If-Match', () => {
  it('accepts the whole ETag, the version alone, a list and *', async () => {
    const tenant = await app.createTenant();
    const forms: ((tag: string, version: number) => string)[] = [
      (tag) => tag,
      (_, version) => `"${version}"`,
      (tag) => `"99", ${tag}`,
      (_, version) => `W/"${version}","${version}"`,
      () => '*',
      (_, version) => `"${version}-00000000"`,
    ];
    for (const [index, form] of forms.entries()) {
      const tag = form(await getETag(tenant), index + 1);
      const { status, body } = await tenant.admin.patch(
        '/v1/config',
        { max_tokens: 600 + index },
        { 'if-match': tag },
      );
      expect([tag, status, body]).toMatchObject([tag, 200, { version: index + 2 }]);
    }
  });

  it('answers 412 to an older version, with the current one and the fields changed since', async () => {
    const { admin } = await app.createTenant();
    await admin.patch('/v1/config', { temperature: 0.1 });
    await admin.patch('/v1/config', { temperature: 0.2, max_tokens: 800 });
    const stale = await admin.patch<Problem>('/v1/config', { retrieval_top_k: 3 }, { 'if-match': '"1"' });
    expect(stale.status).toBe(412);
    expect(stale.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(stale.body).toMatchObject({ type: '/problems/version-mismatch', status: 412, current_version: 3 });
    expect(stale.body.changed_fields?.toSorted()).toEqual(['max_tokens', 'temperature']);
    expect(await getConfiguration(admin)).toMatchObject({ version: 3, retrieval_top_k: 5 });
  });

  it('never matches a weak ETag', async () => {
    const tenant = await app.createTenant();
    for (const weak of [`W/${await getETag(tenant)}`, 'W/"1"'])
      expect((await tenant.admin.patch('/v1/config', { temperature: 1 }, { 'if-match': weak })).status).toBe(
        412,
      );
  });

  it.each(['1', 'abc', '"1', '"1" "2"', '*, "1"', '', ',', 'w/"1"'])(
    'answers 400 to the malformed value %j',
    async (tag) => {
      const { admin } = await app.createTenant();
      const { status, body } = await admin.patch<Problem>(
        '/v1/config',
        { temperature: 1 },
        { 'if-match': tag },
      );
      expect([status, body.type]).toEqual([400, '/problems/invalid-input']);
      expect((await getConfiguration(admin)).version).toBe(1);
    },
  );

  it('guards a rollback as well', async () => {
    const { admin } = await app.createTenant();
    await admin.patch('/v1/config', { temperature: 0.1 });
    const stale = await admin.post<Problem>('/v1/config/rollback', { steps: 1 }, { 'if-match': '"1"' });
    expect([stale.status, stale.body.current_version]).toEqual([412, 2]);
  });
});
