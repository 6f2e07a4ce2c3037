import {
  type HistoryEntry,
  type Problem,
  type ConfigurationResponse,
  type TestTenant,
  getConfiguration,
  getHistory,
  useTestApp,
} from '../../app/test-app.js';

const app = useTestApp('recorded');

/** A tenant at version 4: temperature 0.1, then 0.2 with max_tokens 500, then 0.3 with max_tokens removed. */
async function aTenantWithThreeChanges(): Promise<TestTenant> {
  const tenant = await app.createTenant();
  await tenant.admin.patch('/v1/config', { temperature: 0.1, reason: 'first' });
  await tenant.admin.patch('/v1/config', { temperature: 0.2, max_tokens: 500 });
  await tenant.admin.patch('/v1/config', { temperature: 0.3, max_tokens: null });
  return tenant;
}

describe('GET /v1/config/history', () => {
  it('lists every change, newest first, with its author, its reason and its fields', async () => {
    const { admin, adminKeyId } = await aTenantWithThreeChanges();
    const [fourth, third, second, first, ...none] = await getHistory(admin);
    expect(none).toEqual([]);
    expect(first).toMatchObject({ version: 1, action: 'create', changes: [] });
    expect(second).toEqual({
      version: 2,
      action: 'update',
      changed_by: `key:${adminKeyId}`,
      changed_by_role: 'tenant_admin',
      changed_at: expect.stringMatching(/Z$/),
      reason: 'first',
      bulk_id: null,
      from_version: null,
      changes: [{ field: 'temperature', from: null, to: 0.1 }],
    });
    expect(third).toMatchObject({ version: 3, reason: null });
    expect(fourth?.changes).toEqual(
      expect.arrayContaining([
        { field: 'temperature', from: 0.2, to: 0.3 },
        { field: 'max_tokens', from: 500, to: null },
      ]),
    );
  });

  it('pages through all entries without a gap or a repetition', async () => {
    const { member } = await aTenantWithThreeChanges();
    const seen: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const path: string = `/v1/config/history?limit=3${cursor && `&cursor=${cursor}`}`;
      const { body } = await member.get<{ items: HistoryEntry[]; next_cursor: string | null }>(path);
      seen.push(...body.items.map((entry) => entry.version));
      cursor = body.next_cursor;
    }
    expect(seen).toEqual([4, 3, 2, 1]);
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'limit=1.5', 'cursor=nonsense', 'page=2'])(
    'refuses ?%s',
    async (bad) => {
      const { member } = await aTenantWithThreeChanges();
      const { status, body } = await member.get<Problem>(`/v1/config/history?${bad}`);
      expect([status, body.type]).toEqual([400, '/problems/invalid-input']);
    },
  );

  it('shows any version whole, and answers 404 for one that does not exist', async () => {
    const { member } = await aTenantWithThreeChanges();
    const third = await member.get('/v1/config/history/3');
    expect(third.body).toMatchObject({ version: 3, settings: { temperature: 0.2, max_tokens: 500 } });
    expect((await member.get('/v1/config/history/1')).body).toMatchObject({ settings: {} });
    expect((await member.get('/v1/config/history/5')).status).toBe(404);
    for (const bad of ['0', '-1', 'x', '1.5', '99999999999999999999']) {
      const { status } = await member.get(`/v1/config/history/${bad}`);
      expect(status === 400 || status === 404).toBe(true);
    }
  });

  it('compares any two versions, in both directions', async () => {
    const { member } = await aTenantWithThreeChanges();
    const diff = await member.get('/v1/config/diff?from=2&to=3');
    expect(diff.body).toEqual({
      from: 2,
      to: 3,
      changes: expect.arrayContaining([
        { field: 'temperature', from: 0.1, to: 0.2 },
        { field: 'max_tokens', from: null, to: 500 },
      ]),
    });
    expect((await member.get('/v1/config/diff?from=4&to=1')).body).toEqual({
      from: 4,
      to: 1,
      changes: [{ field: 'temperature', from: 0.3, to: null }],
    });
    expect((await member.get('/v1/config/diff?from=2&to=2')).body).toMatchObject({ changes: [] });
    expect((await member.get('/v1/config/diff?from=1&to=9')).status).toBe(404);
    for (const bad of ['', '?from=1', '?from=x&to=2', '?from=1&to=2&also=3'])
      expect([bad, (await member.get(`/v1/config/diff${bad}`)).status]).toEqual([bad, 400]);
  });
});

describe('POST /v1/config/rollback', () => {
  const forms: [string, string, object | undefined][] = [
    ['to_version', '', { to_version: 2, reason: 'it was better' }],
    ['steps', '', { steps: 2 }],
    ['?version=', '?version=2', undefined],
    ['?version= with a body', '?version=2', { reason: 'it was better' }],
  ];

  it.each(forms)(
    'restores settings and absences as a new version for the form %s',
    async (_, search, body) => {
      const { admin } = await aTenantWithThreeChanges();
      const answer = await admin.post<ConfigurationResponse>(`/v1/config/rollback${search}`, body);
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({ version: 5, temperature: 0.1, max_tokens: 1000, kept: [] });
      const { kept: _kept, ...configuration } = answer.body;
      expect((await admin.get('/v1/config')).body).toEqual(configuration);
      expect((await getConfiguration(admin)).own).toEqual({ temperature: 0.1 });
      expect((await getHistory(admin))[0]).toMatchObject({ version: 5, action: 'rollback', from_version: 2 });
    },
  );

  it.each([
    ['?version=0', undefined],
    ['', { to_version: 4 }],
  ])('makes no version for the current settings (%s %j)', async (search, body) => {
    const { admin } = await aTenantWithThreeChanges();
    const answer = await admin.post<ConfigurationResponse>(`/v1/config/rollback${search}`, body);
    expect([answer.status, answer.body]).toMatchObject([200, { version: 4, temperature: 0.3, kept: [] }]);
    expect(await getHistory(admin)).toHaveLength(4);
  });

  it.each([
    ['', { to_version: 9 }],
    ['', { steps: 4 }],
    ['?version=4', undefined],
  ])('answers 404 for a version that never existed (%s %j)', async (search, body) => {
    const { admin } = await aTenantWithThreeChanges();
    const answer = await admin.post<Problem>(`/v1/config/rollback${search}`, body);
    expect([answer.status, answer.body.type]).toEqual([404, '/problems/not-found']);
    expect((await getConfiguration(admin)).version).toBe(4);
  });

  it.each([
    ['', undefined],
    ['', {}],
    ['', { to_version: 1, steps: 1 }],
    ['?version=1', { steps: 1 }],
    ['?version=-1', undefined],
    ['?version=x', undefined],
    ['?version=1.5', undefined],
    ['', { steps: 0 }],
    ['', { to_version: 0 }],
    ['', { steps: '1' }],
    ['', { to_version: 1, force: 'yes' }],
  ])('refuses the input %j %j', async (search, body) => {
    const { admin } = await aTenantWithThreeChanges();
    const answer = await admin.post<Problem>(`/v1/config/rollback${search}`, body);
    expect([answer.status, answer.body.type]).toEqual([400, '/problems/invalid-input']);
    expect((await getConfiguration(admin)).version).toBe(4);
  });

  it("keeps the platform's settings and override_allowed, and says so", async () => {
    const { id, admin } = await aTenantWithThreeChanges();
    const path = `/v1/platform/tenants/${id}/config`;
    await app.platform.patch(path, { max_documents: 777 });
    await admin.patch('/v1/config', { override_allowed: false });
    const rolledBack = await admin.post<ConfigurationResponse>('/v1/config/rollback', { to_version: 2 });
    expect(rolledBack.body).toMatchObject({
      version: 7,
      temperature: 0.1,
      max_documents: 777,
      override_allowed: false,
    });
    expect(rolledBack.body.kept).toContain('max_documents');
  });

  it('restores the platform settings too when a platform admin asks', async () => {
    const { id, admin } = await aTenantWithThreeChanges();
    const path = `/v1/platform/tenants/${id}/config`;
    await app.platform.patch(path, { max_documents: 777 });
    const rolledBack = await app.platform.post<ConfigurationResponse>(`${path}/rollback`, { to_version: 2 });
    expect(rolledBack.body).toMatchObject({ version: 6, temperature: 0.1, max_documents: 50_000, kept: [] });
    expect((await getHistory(admin))[0]).toMatchObject({
      action: 'rollback',
      changed_by_role: 'platform_admin',
    });
  });

  it('changes nothing and lists the reasons when the old settings are not allowed today', async () => {
    const { id, admin } = await aTenantWithThreeChanges();
    await admin.patch('/v1/config', { model_name: 'gpt-4', max_tokens: 3000 });
    await admin.patch('/v1/config', { model_name: null, max_tokens: null });
    await app.platform.patch(`/v1/platform/tenants/${id}`, { plan: 'basic' });
    const refused = await admin.post<Problem>('/v1/config/rollback', { steps: 1 });
    expect([refused.status, refused.body.type]).toEqual([422, '/problems/rollback-invalid']);
    expect(refused.body.errors?.map((fault) => fault.field).toSorted()).toEqual(['max_tokens', 'model_name']);
    expect((await getConfiguration(admin)).version).toBe(6);
  });
});
