import { type ValidationProblem, leftOut, pro, vllm } from '../../../testing/catalogue-requests.js';
import { CatalogueReader } from '../catalogue-reader.js';
import { PlanReader } from '../plan-reader.js';
import { useTenancyApp } from '../../../testing/use-tenancy-app.js';

describe('secrets and deletion in the catalogue', () => {
  const app = useTenancyApp();

  it('PUT /v1/platform/models/:id stores how a server names and prices a model, and hides what looks like a secret', async () => {
    const path = '/v1/platform/models/fast-gpt';
    const fields = {
      upstream_model: 'gpt-4o',
      headers: { 'X-Gateway-Key': 'hush-hush', Authorization: 'Bearer hush', 'X-Team': 'search' },
      extra_body: { service_tier: 'flex', options: { num_ctx: 8192 } },
      reasoning: ['low', 'high'],
      cached_input_usd_per_mtok: 0.02,
      cache_write_usd_per_mtok: 0.25,
    };
    const visibleHeaders = { 'X-Gateway-Key': '[hidden]', Authorization: '[hidden]', 'X-Team': 'search' };
    const expected = { ...vllm, ...leftOut, ...fields, id: 'fast-gpt', headers: visibleHeaders };
    const { status, body } = await app.platform.put(path, { ...vllm, ...fields });
    expect({ status, body }).toEqual({ status: 200, body: expected });
    expect((await app.platform.get(path)).body).toEqual(expected);
    const list = await app.platform.get('/v1/platform/models?limit=200');
    expect(JSON.stringify(list.body)).not.toContain('hush');
    const stored = async () => (await app.nest.get(CatalogueReader).current()).get('fast-gpt')?.headers;
    expect(await stored()).toEqual(fields.headers);
    // What was read can be written back: the hidden values stay.
    expect(await app.platform.put(path, { ...expected, tier: 'economy' })).toMatchObject({ status: 200 });
    expect(await stored()).toEqual(fields.headers);
    expect((await app.platform.put(path, { ...expected, headers: null })).status).toBe(200);
    expect(await stored()).toBeNull();
    const audit = await app.platform.get<{ items: { target: string; after: object }[] }>(
      '/v1/platform/audit?action=model.update',
    );
    expect(JSON.stringify(audit.body)).not.toContain('hush');
    expect(audit.body.items[0]).toMatchObject({ target: 'fast-gpt', after: { headers_version: 1 } });
  });

  it('PUT /v1/platform/models/:id does not send a hidden header to another address', async () => {
    const path = '/v1/platform/models/moved';
    const headers = { 'X-Gateway-Key': 'hush' };
    expect((await app.platform.put(path, { ...vllm, headers })).status).toBe(200);
    const moved = {
      ...vllm,
      base_url: 'https://elsewhere.example/v1',
      headers: { 'X-Gateway-Key': '[hidden]' },
    };
    for (const way of ['', '?preview=true']) {
      const { status, body } = await app.platform.put<ValidationProblem>(path + way, moved);
      expect([status, body.errors.map(({ field }) => field)]).toEqual([400, ['headers.X-Gateway-Key']]);
    }
  });

  it('PUT /v1/platform/models/:id with other errors does not report a header that keeps its stored value', async () => {
    const path = '/v1/platform/models/hidden-and-wrong';
    expect((await app.platform.put(path, { ...vllm, headers: { 'X-Key': 'hush' } })).status).toBe(200);
    const wrong = { ...vllm, headers: { 'X-Key': '[hidden]' }, tier: 'free', extra_body: { n: 5 } };
    const { status, body } = await app.platform.put<ValidationProblem>(path, wrong);
    expect([status, body.errors.map(({ field }) => field)]).toEqual([400, ['tier', 'extra_body.n']]);
  });

  it('DELETE /v1/platform/models/:id deletes a model without users', async () => {
    const path = '/v1/platform/models/unused';
    expect((await app.platform.del(path)).status).toBe(404);
    await app.platform.put(path, vllm);
    const allowing = { ...pro, allowed_models: ['unused'] };
    await app.platform.put('/v1/platform/plans/allowing', allowing);
    const refused = await app.platform.del(path);
    expect([refused.status, refused.body]).toMatchObject([
      409,
      { named_by: [{ plan: 'allowing', setting: 'allowed_models' }] },
    ]);
    await app.platform.put('/v1/platform/plans/allowing', pro);
    expect((await app.platform.del(path)).status).toBe(204);
    expect((await app.platform.get(path)).status).toBe(404);
    expect((await app.nest.get(CatalogueReader).current()).has('unused')).toBe(false);
    await app.platform.put('/v1/platform/models/used', vllm);
    const used = await app.platform.del('/v1/platform/models/used');
    expect([used.status, used.body]).toMatchObject([409, { used_by: { tenants: 1, sample: ['on-used'] } }]);
  });

  it('DELETE /v1/platform/plans/:plan deletes a plan that no tenant has, and another one can get its id', async () => {
    const path = '/v1/platform/plans/trial';
    const plans = app.nest.get(PlanReader);
    expect((await app.platform.del(path)).status).toBe(404);
    await app.platform.put(path, pro);
    await app.platform.post('/v1/platform/tenants', { tenant_id: 'on-trial', name: 'T', plan: 'trial' });
    const refused = await app.platform.del(path);
    expect([refused.status, refused.body]).toMatchObject([
      409,
      { used_by: { tenants: 1, sample: ['on-trial'] } },
    ]);
    await app.platform.del('/v1/platform/tenants/on-trial');
    for (let times = 0; times < 3; times += 1) await app.platform.put(path, { ...pro, locked_settings: [] });
    expect((await plans.find('trial'))?.locked_settings).toEqual([]);
    expect((await app.platform.del(path)).status).toBe(204);
    expect(await plans.find('trial')).toBeNull();
    await app.platform.put(path, pro);
    expect((await plans.find('trial'))?.locked_settings).toEqual(['temperature']);
  });
});
