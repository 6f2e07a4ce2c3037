import { Database } from '#database';
import { TenantRepository } from './tenant.repository.js';
import { TenantsService } from './tenants.service.js';
import { type CreatedTenant, createTenant } from '../../testing/tenancy-app.js';
import { useTenancyApp } from '../../testing/use-tenancy-app.js';

const path = '/v1/platform/tenants';

describe('/v1/platform/tenants', () => {
  const app = useTenancyApp();

  it('POST creates a tenant with a configuration and a key that works', async () => {
    const input = { tenant_id: 'acme-law', name: 'Acme Law', plan: 'pro', admin_key_name: 'ops' };
    const { status, body } = await app.platform.post<CreatedTenant>(path, input);
    expect(status).toBe(201);
    expect(body).toEqual({
      tenant_id: 'acme-law',
      name: 'Acme Law',
      plan: 'pro',
      status: 'active',
      approval_required: false,
      labels: {},
      created_at: expect.stringMatching(/Z$/),
      admin_key: {
        id: expect.stringMatching(/^[0-9a-f]{16}$/),
        name: 'ops',
        role: 'tenant_admin',
        key: expect.stringMatching(/^atn_[0-9a-f]{16}_[0-9a-f]{56}$/),
      },
    });
    const sql = 'SELECT version::int, last_modified_by_role FROM tenant_configurations WHERE tenant_id = $1';
    expect(await app.queryAsSuperuser(sql, ['acme-law'])).toEqual([
      { version: 1, last_modified_by_role: 'system' },
    ]);
    expect((await app.platform.as(body.admin_key.key).get('/v1/probe/admin')).status).toBe(200);
  });

  it('concurrent POSTs with one id create one tenant', async () => {
    const input = { tenant_id: 'wanted', name: 'Wanted', plan: 'basic' };
    const answers = await Promise.all(Array.from({ length: 8 }, () => app.platform.post(path, input)));
    const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([201, ...Array.from({ length: 7 }, () => 409)]);
    expect(await app.queryAsSuperuser("SELECT FROM api_keys WHERE tenant_id = 'wanted'")).toHaveLength(1);
  });

  it.each([
    [{ tenant_id: 'Not A Slug' }, 'tenant_id', 'pattern'],
    [{ tenant_id: 'a'.repeat(101) }, 'tenant_id', 'pattern'],
    [{ tenant_id: 'line\n' }, 'tenant_id', 'pattern'],
    [{ name: '' }, 'name', 'min'],
    [{ plan: 'platinum' }, 'plan', 'enum'],
    [{ surprise: 1 }, 'surprise', 'unknown_field'],
    [{ approval_required: 'yes' }, 'approval_required', 'type'],
  ])('POST answers 400 for %j', async (fault, field, rule) => {
    const input = { tenant_id: 'faulty', name: 'Faulty', plan: 'pro', ...fault };
    const { status, body } = await app.platform.post<{ errors: object[] }>(path, input);
    expect(status).toBe(400);
    expect(body.errors).toEqual([expect.objectContaining({ field, rule })]);
    expect(await app.queryAsSuperuser("SELECT FROM tenants WHERE tenant_id = 'faulty'")).toEqual([]);
  });

  it('POST lists the existing plans when the plan is unknown', async () => {
    const { body } = await app.platform.post<{ errors: { allowed: string[] }[] }>(path, {
      tenant_id: 'planless',
      name: 'P',
      plan: 'platinum',
    });
    expect(body.errors[0]!.allowed).toEqual(expect.arrayContaining(['basic', 'pro', 'enterprise']));
  });

  it('POST and PATCH set labels, and PATCH keeps those that it does not name and removes those with null', async () => {
    const input = { tenant_id: 'labelled', name: 'L', plan: 'pro', labels: { region: 'eu', tier: 'gold' } };
    expect((await app.platform.post(path, input)).body).toMatchObject({ labels: input.labels });
    const change = { labels: { tier: null, owner: 'Ünal & sons', none: null } };
    const expected = { labels: { region: 'eu', owner: 'Ünal & sons' } };
    const changed = await app.platform.patch<{ labels: object }>(`${path}/labelled`, change);
    expect(changed.body.labels).toEqual(expected.labels);
    await app.platform.patch(`${path}/labelled`, { name: 'Other' });
    const read = await app.platform.get<{ labels: object }>(`${path}/labelled`);
    expect(read.body).toMatchObject({ ...expected, name: 'Other' });
    const sql =
      "SELECT before, after FROM audit_log WHERE action = 'tenant.update' AND tenant_id = 'labelled' ORDER BY id";
    expect((await app.queryAsSuperuser(sql))[0]).toEqual({
      before: { labels: { tier: 'gold' } },
      after: { labels: { owner: 'Ünal & sons' } },
    });
  });

  it('PATCH refuses a label too many and changes nothing, also when two changes add one each', async () => {
    const nineteen = Object.fromEntries(Array.from({ length: 19 }, (_, at) => [`label-${at}`, 'x']));
    await app.platform.post(path, { tenant_id: 'many-labels', name: 'M', plan: 'pro', labels: nineteen });
    const answers = await Promise.all(
      ['one', 'two', 'three'].map((name) =>
        app.platform.patch(`${path}/many-labels`, { name: 'Changed', labels: { [name]: 'x' } }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 400, 400]);
    const { body } = await app.platform.get<{ labels: object }>(`${path}/many-labels`);
    expect(Object.keys(body.labels)).toHaveLength(20);
  });

  it('POST reports the errors of the plan, of the labels and of the other fields in one answer', async () => {
    const input = { tenant_id: 'Bad Id', name: 'L', plan: 'platinum', labels: { Region: 'eu', tier: null } };
    const { status, body } = await app.platform.post<{ errors: { field: string }[] }>(path, input);
    expect(status).toBe(400);
    const fields = body.errors.map(({ field }) => field).toSorted();
    expect(fields).toEqual(['labels.Region', 'labels.tier', 'plan', 'tenant_id']);
  });

  it('PATCH moves a tenant to another plan, and to one that clamps its settings only with accept_clamping', async () => {
    await createTenant(app, 'clamp-me');
    const refused = await app.platform.patch<{ errors: object[] }>(`${path}/clamp-me`, { plan: 'basic' });
    expect(refused).toMatchObject({ status: 409, body: { type: '/problems/conflict' } });
    expect(refused.body.errors).toEqual([
      expect.objectContaining({ field: 'max_tokens', rule: 'plan_ceiling' }),
    ]);
    expect((await app.platform.get(`${path}/clamp-me`)).body).toMatchObject({ plan: 'pro' });
    const accepted = await app.platform.patch(`${path}/clamp-me`, { plan: 'basic', accept_clamping: true });
    expect(accepted).toMatchObject({ status: 200, body: { plan: 'basic' } });
    expect((await app.platform.patch(`${path}/clamp-me`, { plan: 'platinum' })).status).toBe(400);
  });

  it('DELETE runs the deletion hooks, and deletes nothing when one of them fails', async () => {
    await app.platform.post(path, { tenant_id: 'kept-outside', name: 'Kept', plan: 'basic' });
    const notifiedOf: string[] = [];
    let isAway = true;
    app.nest.get(TenantsService).onDelete((tenantId) => {
      if (isAway) return Promise.reject(new Error('not now'));
      return Promise.resolve(void notifiedOf.push(tenantId));
    });
    expect((await app.platform.del(`${path}/kept-outside`)).status).toBe(500);
    expect((await app.platform.get(`${path}/kept-outside`)).status).toBe(200);
    isAway = false;
    expect((await app.platform.del(`${path}/kept-outside`)).status).toBe(204);
    expect((await app.platform.del(`${path}/kept-outside`)).status).toBe(404);
    expect(notifiedOf).toEqual(['kept-outside']);
  });

  it('DELETE ends the keys of the tenant, and its id cannot be used again', async () => {
    const { admin } = await createTenant(app, 'short-lived');
    expect((await admin.get('/v1/probe/member')).status).toBe(200);
    expect((await app.platform.del(`${path}/short-lived`)).status).toBe(204);
    expect((await admin.get('/v1/probe/member')).status).toBe(401);
    expect((await app.platform.get(`${path}/short-lived`)).status).toBe(404);
    expect((await app.platform.del(`${path}/short-lived`)).status).toBe(404);
    const again = await app.platform.post(path, { tenant_id: 'short-lived', name: 'Again', plan: 'pro' });
    expect(again.status).toBe(409);
    const sql =
      "SELECT action, changed_by, settings FROM tenant_configuration_history WHERE tenant_id = 'short-lived' ORDER BY version";
    const actor = `key:${'0'.repeat(16)}`;
    expect(await app.queryAsSuperuser(sql)).toEqual([
      { action: 'create', changed_by: actor, settings: null },
      { action: 'delete', changed_by: actor, settings: null },
    ]);
  });

  it('TenantRepository locks a tenant so that rows which refer to it can still be inserted', async () => {
    await createTenant(app, 'locked');
    const sql = "SELECT tenant_id FROM tenants WHERE tenant_id = 'locked' FOR KEY SHARE NOWAIT";
    const work = async (): Promise<object[]> => {
      await app.nest.get(TenantRepository).lock('locked');
      return app.queryAsSuperuser<object>(sql);
    };
    expect(await app.nest.get(Database).asPlatform('locked', work)).toEqual([{ tenant_id: 'locked' }]);
  });
});
