import {
  type BulkOperation,
  bulkPath,
  waitUntilEnded,
  withChunksBlocked,
  selectTenants,
  getOutcome,
  runBulkUpdate,
  startBulkUpdate,
} from './bulk-operations.js';
import { getConfiguration, getHistory, useTestApp } from '../../app/test-app.js';

const app = useTestApp('single');

describe('a bulk update', () => {
  it('writes one new version for each tenant, with an entry that names the author, the reason and the operation', async () => {
    const tenants = [await app.createTenant(), await app.createTenant()];
    const operation = await runBulkUpdate(app.platform, {
      selector: selectTenants(...tenants),
      changes: { temperature: 0.3, prompt_variables: { tone: 'calm' } },
      reason: 'calmer answers',
    });
    expect(operation).toMatchObject({ kind: 'update', state: 'completed', matched: 2, done: 2, updated: 2 });
    for (const { admin } of tenants) {
      expect(await getConfiguration(admin)).toMatchObject({
        version: 2,
        last_modified_by_role: 'platform_admin',
        own: { temperature: 0.3, prompt_variables: { tone: 'calm' } },
      });
      const [entry] = await getHistory(admin);
      expect(entry).toMatchObject({
        version: 2,
        action: 'bulk_update',
        changed_by: expect.stringMatching(/^key:/),
        changed_by_role: 'platform_admin',
        reason: 'calmer answers',
        bulk_id: operation.id,
      });
    }
  });

  it('merges like a patch: null removes, variables merge key by key, other settings stay', async () => {
    const tenant = await app.createTenant();
    await tenant.admin.patch('/v1/config', {
      temperature: 0.9,
      max_tokens: 500,
      prompt_variables: { tone: 'calm', firm: 'Acme' },
    });
    await runBulkUpdate(app.platform, {
      selector: selectTenants(tenant),
      changes: { temperature: null, prompt_variables: { tone: 'warm' } },
    });
    expect((await getConfiguration(tenant.admin)).own).toEqual({
      max_tokens: 500,
      prompt_variables: { tone: 'warm', firm: 'Acme' },
    });
  });

  it('leaves tenants alone that already have the value, lock theirs, need approval, or would get an invalid result', async () => {
    const [same, locked, bound, broken] = [
      await app.createTenant(),
      await app.createTenant(),
      await app.createTenant(),
      await app.createTenant(),
    ];
    await same.admin.patch('/v1/config', { retrieval_top_k: 2 });
    await locked.admin.patch('/v1/config', { override_allowed: false });
    await broken.admin.patch('/v1/config', { rerank_enabled: true, rerank_top_n: 5 });
    await app.platform.patch(`/v1/platform/tenants/${bound.id}`, { approval_required: true });
    const operation = await runBulkUpdate(app.platform, {
      selector: selectTenants(same, locked, bound, broken),
      changes: { retrieval_top_k: 2 },
    });
    expect(operation).toMatchObject({
      matched: 4,
      done: 4,
      updated: 0,
      conflict: 0,
      unchanged: 1,
      skipped_locked: 1,
      approval_required: 1,
      invalid: 1,
    });
    expect(await getOutcome(app.platform, operation, locked)).toMatchObject({
      outcome: 'skipped_locked',
      version: 2,
    });
    expect(await getOutcome(app.platform, operation, broken)).toMatchObject({
      outcome: 'invalid',
      detail: expect.stringContaining('rerank_top_n'),
    });
    for (const { admin } of [locked, bound, broken])
      expect((await getConfiguration(admin)).own).not.toHaveProperty('retrieval_top_k');
    const requests = await app.platform.get<{ items: object[] }>(
      `/v1/platform/change-requests?bulk_id=${operation.id}`,
    );
    expect(requests.body.items).toEqual([
      expect.objectContaining({
        tenant_id: bound.id,
        state: 'pending',
        kind: 'bulk_update',
        patch: { retrieval_top_k: 2 },
      }),
    ]);
  });

  it('changes a tenant that was out of bounds before in another setting', async () => {
    const tenant = await app.createTenant();
    await app.asSuperuser(
      `UPDATE tenant_configurations SET settings = '{"max_tokens": 99999}' WHERE tenant_id = $1`,
      [tenant.id],
    );
    const operation = await runBulkUpdate(app.platform, {
      selector: selectTenants(tenant),
      changes: { temperature: 0.1 },
    });
    expect(operation).toMatchObject({ updated: 1, invalid: 0 });
    const touching = await runBulkUpdate(app.platform, {
      selector: selectTenants(tenant),
      changes: { max_tokens: 4000 },
    });
    expect(touching).toMatchObject({ updated: 1 });
  });

  it('ends for no tenant because SQL gave one of them settings of the wrong type', async () => {
    const [broken, other] = [await app.createTenant(), await app.createTenant()];
    await app.asSuperuser(`UPDATE tenant_configurations SET settings = $2 WHERE tenant_id = $1`, [
      broken.id,
      { system_prompt_template: 5, prompt_variables: null, monthly_budget_usd: 'much' },
    ]);
    const update = { selector: selectTenants(broken, other), changes: { temperature: 0.1 } };
    const dryRun = await app.platform.post(bulkPath, { ...update, reason: 'to see', dry_run: true });
    expect(dryRun.body).toMatchObject({ would_update: 2 });
    expect(await runBulkUpdate(app.platform, update)).toMatchObject({ state: 'completed', updated: 2 });
    const rollout = {
      ...update,
      name: 'a step',
      unit: 'tenant',
      percentage: 50,
      guardrails: { min_samples: 1 },
    };
    const started = await app.platform.post<{ id: string }>('/v1/platform/rollouts', rollout);
    expect(started.status).toBe(201);
    await app.platform.post(`/v1/platform/rollouts/${started.body.id}/abort`);
    expect((await broken.admin.get('/v1/config')).body).toMatchObject({
      temperature: 0.1,
      prompt_variables: {},
    });
    expect((await broken.admin.patch('/v1/config', { prompt_variables: { tone: 'kind' } })).status).toBe(200);
  });

  it('skips a tenant whose setting is owned by a file', async () => {
    const tenant = await app.createTenant();
    await app.asSuperuser(
      `UPDATE tenant_configurations SET settings = '{"temperature": 0.9}' WHERE tenant_id = $1`,
      [tenant.id],
    );
    await app.asSuperuser(`ALTER TABLE tenant_configurations DISABLE TRIGGER stamp`);
    await app.asSuperuser(
      `UPDATE tenant_configurations SET set_by = '{"temperature": "code"}', version = version + 1 WHERE tenant_id = $1`,
      [tenant.id],
    );
    await app.asSuperuser(`ALTER TABLE tenant_configurations ENABLE TRIGGER stamp`);
    const operation = await runBulkUpdate(app.platform, {
      selector: selectTenants(tenant),
      changes: { temperature: 0.1 },
    });
    expect(await getOutcome(app.platform, operation, tenant)).toMatchObject({
      outcome: 'skipped_locked',
      detail: 'A file owns temperature.',
    });
    expect(
      await runBulkUpdate(app.platform, { selector: selectTenants(tenant), changes: { max_tokens: 700 } }),
    ).toMatchObject({
      updated: 1,
    });
  });

  it('answers a dry run with outcomes and samples, and changes nothing', async () => {
    const [open, locked] = [await app.createTenant(), await app.createTenant()];
    await open.admin.patch('/v1/config', { temperature: 0.9 });
    await locked.admin.patch('/v1/config', { override_allowed: false });
    const before = [await getHistory(open.admin), await getHistory(locked.admin)];
    const { status, body } = await app.platform.post(bulkPath, {
      selector: selectTenants(open, locked),
      changes: { temperature: 0.2 },
      reason: 'to see',
      dry_run: true,
    });
    expect([status, body]).toEqual([
      200,
      {
        matched: 2,
        would_update: 1,
        unchanged: 0,
        locked: 1,
        approval_required: 0,
        invalid: 0,
        sample: expect.arrayContaining([
          {
            tenant_id: open.id,
            outcome: 'updated',
            detail: null,
            changes: [{ field: 'temperature', from: 0.9, to: 0.2 }],
          },
        ]),
      },
    ]);
    expect([await getHistory(open.admin), await getHistory(locked.admin)]).toEqual(before);
  });

  it('sends its Location, and answers a repeated request with the same operation', async () => {
    const tenant = await app.createTenant();
    const body = { selector: selectTenants(tenant), changes: { temperature: 0.4 }, reason: 'once' };
    const headers = { 'idempotency-key': 'bulk-once' };
    const first = await app.platform.post<BulkOperation>(bulkPath, body, headers);
    const again = await app.platform.post<BulkOperation>(bulkPath, body, headers);
    expect([first.status, first.headers.get('location')]).toEqual([202, `${bulkPath}/${first.body.id}`]);
    expect([again.status, again.body.id]).toEqual([202, first.body.id]);
    await waitUntilEnded(app.platform, first.body);
    expect(await getHistory(tenant.admin)).toHaveLength(2);
    const { body: list } = await app.platform.get<{ items: BulkOperation[] }>(`${bulkPath}?limit=1`);
    expect(list.items.map(({ id }) => id)).toEqual([first.body.id]);
  });

  it('appears in a paged list, newest first', async () => {
    const pages = [await app.platform.get<Listed>(`${bulkPath}?limit=2`)];
    pages.push(await app.platform.get<Listed>(`${bulkPath}?limit=2&cursor=${pages[0]!.body.next_cursor}`));
    const whole = await app.platform.get<Listed>(`${bulkPath}?limit=4`);
    expect(pages.flatMap(({ body }) => body.items)).toEqual(whole.body.items);
  });

  it('writes one audit entry, however many tenants it changes', async () => {
    const [one, other] = [await app.createTenant(), await app.createTenant()];
    const operation = await runBulkUpdate(app.platform, {
      selector: selectTenants(one, other),
      changes: { temperature: 0.5 },
    });
    const acts = await app.asSuperuser(
      `SELECT action, target, actor LIKE 'key:%' AS by_key FROM audit_log WHERE target = ANY($1) AND action NOT LIKE 'tenant%'`,
      [[operation.id, one.id, other.id]],
    );
    expect(acts).toEqual([{ action: 'bulk.start', target: operation.id, by_key: true }]);
  });
});

interface Listed {
  readonly items: BulkOperation[];
  readonly next_cursor: string | null;
}

describe('a tenant that is deleted before its turn', () => {
  it('counts as no longer matched', async () => {
    const [gone, stays] = [await app.createTenant(), await app.createTenant()];
    const operation = await withChunksBlocked(app.database, async () => {
      const begun = await startBulkUpdate(app.platform, {
        selector: selectTenants(gone, stays),
        changes: { temperature: 0.1 },
      });
      expect(begun.matched).toBe(2);
      expect((await app.platform.del(`/v1/platform/tenants/${gone.id}`)).status).toBe(204);
      return begun;
    });
    expect(await waitUntilEnded(app.platform, operation)).toMatchObject({
      state: 'completed',
      matched: 1,
      updated: 1,
    });
    expect(await app.asSuperuser('SELECT FROM bulk_operation_items WHERE tenant_id = $1', [gone.id])).toEqual(
      [],
    );
  });
});
