import { type ValidationProblem, leftOut, pro, vllm } from '../../../testing/catalogue-requests.js';
import { CatalogueReader } from '../catalogue-reader.js';
import { fallbackCatalogue } from '../fallback-catalogue.js';
import { PlanReader } from '../plan-reader.js';
import { useTenancyApp } from '../../../testing/use-tenancy-app.js';

describe('plans and models over HTTP', () => {
  const app = useTenancyApp();

  it('CatalogueReader uses the same limits and prices without a database as with the one that migrations made', async () => {
    const migrated = await app.nest.get(CatalogueReader).current();
    const expected = fallbackCatalogue.value.map(({ id }) => migrated.get(id));
    expect(fallbackCatalogue.value).toEqual(expected);
  });

  it('PUT /v1/platform/models/:id adds a model that CatalogueReader then returns', async () => {
    const path = `/v1/platform/models/${encodeURIComponent('mistralai/Mistral-7B:v0.3')}`;
    await app.nest.get(CatalogueReader).current();
    const { status, body } = await app.platform.put(path, vllm);
    const model = { id: 'mistralai/Mistral-7B:v0.3', ...vllm, ...leftOut };
    expect({ status, body }).toEqual({ status: 200, body: model });
    expect((await app.platform.get(path)).body).toEqual(model);
    expect((await app.nest.get(CatalogueReader).current()).get(model.id)).toEqual(model);
  });

  it('POST /v1/platform/models/:id/retire retires a model, also a second time', async () => {
    await app.platform.put('/v1/platform/models/old-one', vllm);
    for (let time = 0; time < 2; time += 1) {
      const { status, body } = await app.platform.post('/v1/platform/models/old-one/retire');
      expect({ status, body }).toMatchObject({ status: 200, body: { state: 'retired' } });
    }
    expect((await app.nest.get(CatalogueReader).current()).get('old-one')?.state).toBe('retired');
  });

  it.each([
    [{ api_key_env: 'DATABASE_URL' }, 'api_key_env'],
    [{ api_key_env: 'ATTUNE_PLATFORM_API_KEY' }, 'api_key_env'],
    [{ api_key_env: 'JWT_SECRET' }, 'api_key_env'],
    [{ base_url: 'file:///etc/passwd' }, 'base_url'],
    [{ base_url: 'http://user:password@vllm/v1' }, 'base_url'],
    [{ base_url: 'http://' }, 'base_url'],
    [{ base_url: 'http://vllm:99999/v1' }, 'base_url'],
    [{ base_url: 'http://[::1' }, 'base_url'],
    [{ base_url: null }, 'base_url'],
    [{ tier: 'free' }, 'tier'],
    [{ context_window: 0 }, 'context_window'],
    [{ input_usd_per_mtok: -1 }, 'input_usd_per_mtok'],
    [{ temperature: { min: 0 } }, 'temperature.max'],
    [{ temperature: { min: 0, max: 2, typical: 1 } }, 'temperature.typical'],
    [{ state: 'gone' }, 'state'],
    [{ upstream_model: '' }, 'upstream_model'],
    [{ reasoning: ['much'] }, 'reasoning.0'],
    [{ reasoning: true }, 'reasoning'],
    [{ cached_input_usd_per_mtok: -1 }, 'cached_input_usd_per_mtok'],
    [{ cache_write_usd_per_mtok: '1' }, 'cache_write_usd_per_mtok'],
    [{ headers: { Host: 'elsewhere' } }, 'headers.Host'],
    [{ headers: { 'content-type': 'text/plain' } }, 'headers.content-type'],
    [{ headers: { 'X Y': 'a' } }, 'headers.X Y'],
    [{ headers: { 'X-Y': 'a\r\nb: c' } }, 'headers.X-Y'],
    [{ headers: { 'X-Y': 1 } }, 'headers.X-Y'],
    [{ headers: { 'X-Key': '[hidden]' } }, 'headers.X-Key'],
    [{ extra_body: { max_tokens: 100_000 } }, 'extra_body.max_tokens'],
    [{ extra_body: { n: 5 } }, 'extra_body.n'],
    [{ extra_body: [] }, 'extra_body'],
    [{ extra_body: { long: 'x'.repeat(9000) } }, 'extra_body'],
    [{ price: 1 }, 'price'],
  ])('PUT /v1/platform/models/:id answers 400 for %j', async (invalidFields, field) => {
    const { status, body } = await app.platform.put<ValidationProblem>('/v1/platform/models/invalid', {
      ...vllm,
      ...invalidFields,
    });
    expect(status).toBe(400);
    expect(body.errors.map((error) => error.field)).toEqual([field]);
    expect((await app.platform.get('/v1/platform/models/invalid')).status).toBe(404);
  });

  it('PUT /v1/platform/models/:id names both bounds of a reversed temperature range', async () => {
    const { body } = await app.platform.put<ValidationProblem>('/v1/platform/models/invalid', {
      ...vllm,
      temperature: { min: 1, max: 0.5 },
    });
    expect(body.errors).toMatchObject([
      { field: 'temperature.min', rule: 'combination' },
      { field: 'temperature.max', rule: 'combination' },
    ]);
  });

  it.each(['none', 'with space', 'a'.repeat(101), 'nul\u0000'])(
    'PUT /v1/platform/models/:id refuses the id %j',
    async (id) => {
      const path = `/v1/platform/models/${encodeURIComponent(id)}`;
      expect((await app.platform.put(path, vllm)).status).toBe(400);
      expect((await app.platform.post(`${path}/retire`)).status).toBe(404);
    },
  );

  it('PUT /v1/platform/plans/:plan creates a plan that PlanReader then returns', async () => {
    const plans = app.nest.get(PlanReader);
    await plans.find('certified');
    const { status, body } = await app.platform.put('/v1/platform/plans/certified', pro);
    expect({ status, body }).toEqual({ status: 200, body: { id: 'certified', ...pro } });
    expect(await plans.find('certified')).toEqual({ id: 'certified', ...pro });
    await app.platform.put('/v1/platform/plans/certified', { ...pro, locked_settings: [] });
    expect((await plans.find('certified'))?.locked_settings).toEqual([]);
  });

  it.each([
    [{ ceilings: { max_tokens: 5000 } }, 'ceilings.max_tokens'],
    [{ ceilings: undefined }, 'ceilings'],
    [{ allowed_tiers: 'all' }, 'allowed_tiers'],
    [{ surprise: true }, 'surprise'],
  ])('PUT /v1/platform/plans/:plan answers 400 for %j', async (invalidFields, field) => {
    const { status, body } = await app.platform.put<ValidationProblem>('/v1/platform/plans/invalid', {
      ...pro,
      ...invalidFields,
    });
    expect(status).toBe(400);
    expect(body.errors.map((error) => error.field)).toEqual([field]);
    expect((await app.platform.get('/v1/platform/plans/invalid')).status).toBe(404);
  });

  it.each(['nobody', 'UPPER', 'nul\u0000'])('GET /v1/platform/plans/:plan answers 404 for %j', async (id) => {
    expect((await app.platform.get(`/v1/platform/plans/${encodeURIComponent(id)}`)).status).toBe(404);
  });

  it.each([
    ['put', '/v1/platform/plans/previewed', pro, 'on-previewed'],
    ['put', '/v1/platform/models/previewed', vllm, 'on-previewed'],
    ['post', '/v1/platform/models/gpt-4/retire', undefined, 'on-gpt-4'],
  ] as const)(
    '%s %s?preview=true reports the tenants and changes nothing',
    async (method, path, body, tenant) => {
      const readState = async (): Promise<unknown> => {
        const response = await app.platform.get(path.replace('/retire', ''));
        return response.status === 200 ? response.body : response.status;
      };
      const before = await readState();
      const { status, body: radius } = await app.platform[method](`${path}?preview=true`, body);
      expect([status, radius]).toEqual([
        200,
        {
          matched: 1,
          changed: 0,
          failing: 0,
          approval_required: { changed: 0, sample: [] },
          sample: [{ tenant_id: tenant, changes: [] }],
        },
      ]);
      expect(await readState()).toEqual(before);
      expect((await app.platform[method](`${path}?preview=yes`, body)).status).toBe(400);
      expect((await app.platform[method](`${path}?dry_run=true`, body)).status).toBe(400);
    },
  );

  it('a preview refuses what the change itself would refuse', async () => {
    const plan = { ...pro, ceilings: { max_tokens: 5000 } };
    expect((await app.platform.put('/v1/platform/plans/pro?preview=true', plan)).status).toBe(400);
    const model = { ...vllm, base_url: null };
    expect((await app.platform.put('/v1/platform/models/gpt-4?preview=true', model)).status).toBe(400);
    expect((await app.platform.post('/v1/platform/models/nobody/retire?preview=true')).status).toBe(404);
  });

  it.each(['plans/pro', 'models/gpt-4o'])(
    'PUT accepts what GET returned, with the same id only: %s',
    async (resource) => {
      const { body } = await app.platform.get<{ id: string }>(`/v1/platform/${resource}`);
      expect(await app.platform.put(`/v1/platform/${resource}`, body)).toMatchObject({ status: 200, body });
      const renamed = await app.platform.put<ValidationProblem>(`/v1/platform/${resource}`, {
        ...body,
        id: 'another',
      });
      expect([renamed.status, renamed.body.errors.map(({ field }) => field)]).toEqual([400, ['id']]);
    },
  );

  it('POST /v1/platform/models/:id/retire answers 409 for a model that a plan names', async () => {
    await app.platform.put('/v1/platform/models/named', vllm);
    const naming = { ...pro, allowed_models: ['named'], defaults: { model_name: 'named' } };
    expect((await app.platform.put('/v1/platform/plans/naming', naming)).status).toBe(200);
    const refusals = [
      await app.platform.post('/v1/platform/models/named/retire'),
      await app.platform.post('/v1/platform/models/named/retire?preview=true'),
      await app.platform.put('/v1/platform/models/named', { ...vllm, state: 'retired' }),
    ];
    for (const { status, body } of refusals)
      expect([status, body]).toMatchObject([
        409,
        { type: '/problems/conflict', named_by: [{ plan: 'naming', setting: 'model_name' }] },
      ]);
    expect((await app.platform.get('/v1/platform/models/named')).body).toMatchObject({ state: 'active' });
    await app.platform.put('/v1/platform/plans/naming', pro);
    expect((await app.platform.post('/v1/platform/models/named/retire')).status).toBe(200);
  });

  it.each(['plans', 'models'])('GET /v1/platform/%s lists in pages', async (what) => {
    const path = `/v1/platform/${what}`;
    const whole = await app.platform.get<{ items: { id: string }[] }>(`${path}?limit=200`);
    const listedIds: string[] = [];
    let cursor = '';
    do {
      const { body } = await app.platform.get<{ items: { id: string }[]; next_cursor: string | null }>(
        `${path}?limit=1${cursor}`,
      );
      listedIds.push(...body.items.map(({ id }) => id));
      cursor = body.next_cursor === null ? '' : `&cursor=${body.next_cursor}`;
    } while (cursor !== '');
    expect(listedIds).toEqual(whole.body.items.map(({ id }) => id));
    expect(
      (await app.platform.get(`${path}?cursor=${Buffer.from('["nobody"]').toString('base64url')}`)).status,
    ).toBe(400);
  });
});
