import { anAuthor } from '../../../../config/testing/config-services.js';
import { RolloutScenario, platformAdmin } from '../../../testing/rollout-scenario.js';
import { testStores } from '../../../../config/testing/test-stores.js';

describe.each(testStores)('PromotionService on %s', (_name, open) => {
  let scene: RolloutScenario;

  beforeAll(async () => {
    scene = await RolloutScenario.open(open);
  });
  afterEach(() => scene.endAll());
  afterAll(() => scene?.close());

  const settingsOf = (ids: string[]) =>
    scene.store.asSuperuser<object>(
      `SELECT c.tenant_id, c.version::int AS version, (c.settings -> 'temperature')::float8 AS temperature, h.action
       FROM tenant_configurations c JOIN tenant_configuration_history h USING (tenant_id, version)
       WHERE c.tenant_id = ANY($1) ORDER BY array_position($1, c.tenant_id)`,
      [ids],
    );

  it('stores the changes as each tenant’s own settings with one new version, whatever the percentage was', async () => {
    const ids = await scene.insertTenants(20);
    const [locked = '', treated = '', restricted = ''] = ids;
    await scene.services.patch(anAuthor(locked), { override_allowed: false });
    await scene.services.patch(anAuthor(treated), { temperature: 0.1 });
    await scene.requireApproval(restricted);
    const { rollout } = await scene.start({ selector: { tenant_ids: ids }, percentage: 10 });
    await scene.rollouts.promote(rollout.id, platformAdmin);
    const promoted = await scene.rollouts.get(rollout.id);
    expect(promoted.rollout).toMatchObject({
      state: 'promoted',
      promotion: {
        updated: 17,
        unchanged: 1,
        skipped_locked: 1,
        approval_required: 1,
        invalid: 0,
        conflict: 0,
        bulk_id: expect.any(String),
      },
    });
    const bulkId = promoted.rollout.promotion?.bulk_id;
    expect(await settingsOf(ids)).toEqual(
      ids.map((tenant_id) => {
        if (tenant_id === locked) return { tenant_id, version: 2, temperature: null, action: 'update' };
        if (tenant_id === treated) return { tenant_id, version: 2, temperature: 0.1, action: 'update' };
        if (tenant_id === restricted) return { tenant_id, version: 1, temperature: null, action: 'create' };
        return { tenant_id, version: 2, temperature: 0.1, action: 'rollout' };
      }),
    );
    const [entry] = (await scene.services.history.list(ids[5]!, 1, undefined)).items;
    expect(entry).toMatchObject({
      changed_by: platformAdmin.actor,
      changed_by_role: 'platform_admin',
      reason: 'Rollout: cooler',
      bulk_id: bulkId,
    });
    expect((await scene.current(ids[5]!)).sources.temperature).toBe('tenant');
    const pendingRequests = await scene.store.asSuperuser<object>(
      'SELECT tenant_id, kind, state, bulk_id FROM change_requests WHERE bulk_id = $1',
      [bulkId],
    );
    expect(pendingRequests).toEqual([
      { tenant_id: restricted, kind: 'bulk_update', state: 'pending', bulk_id: bulkId },
    ]);
  });

  it('replaces the tenant’s prompt variables with those of the rollout', async () => {
    const [id = ''] = await scene.insertTenants(1);
    await scene.services.patch(anAuthor(id), { prompt_variables: { tone: 'dry', company: 'Acme' } });
    const changes = { prompt_variables: { tone: 'warm' } };
    const { rollout } = await scene.start({ selector: { tenant_ids: [id] }, changes, percentage: 100 });
    expect((await scene.current(id)).settings.prompt_variables).toEqual({ tone: 'warm' });
    await scene.rollouts.promote(rollout.id, platformAdmin);
    expect((await scene.current(id)).settings.prompt_variables).toEqual({ tone: 'warm' });
  });

  it('loses no change that tenants make at the same moment', async () => {
    const ids = await scene.insertTenants(20);
    const { rollout } = await scene.start({ selector: { tenant_ids: ids } });
    const changes = ids.map((id) =>
      scene.services.patch(anAuthor(id), { max_tokens: 321 }).then(
        () => true,
        () => false,
      ),
    );
    const [, ...succeeded] = await Promise.all([
      scene.rollouts.promote(rollout.id, platformAdmin),
      ...changes,
    ]);
    const stored = await scene.store.asSuperuser<{ settings: { temperature?: number; max_tokens?: number } }>(
      'SELECT settings FROM tenant_configurations WHERE tenant_id = ANY($1) ORDER BY array_position($1, tenant_id)',
      [ids],
    );
    expect(stored.map(({ settings }) => settings.max_tokens === 321)).toEqual(succeeded);
    expect(new Set(stored.map(({ settings }) => settings.temperature))).toEqual(new Set([0.1]));
    expect((await scene.rollouts.get(rollout.id)).rollout.promotion?.updated).toBe(20);
  });

  it('records the outcome of each tenant with its reason', async () => {
    const ids = await scene.insertTenants(3);
    const [locked = '', cool = '', free = ''] = ids;
    await scene.services.patch(anAuthor(locked), { override_allowed: false });
    await scene.services.patch(anAuthor(cool), { model_name: 'claude-3-haiku-20240307' });
    const selector = { tenant_ids: ids };
    const { rollout } = await scene.start({ selector, changes: { temperature: 1.5 } });
    const promoted = await scene.rollouts.promote(rollout.id, platformAdmin);
    const items = await scene.store.asSuperuser<object>(
      `SELECT tenant_id, outcome, version::int AS version, detail FROM bulk_operation_items
       WHERE operation_id = $1 ORDER BY array_position($2, tenant_id)`,
      [promoted.rollout.promotion?.bulk_id, ids],
    );
    expect(items).toEqual([
      {
        tenant_id: locked,
        outcome: 'skipped_locked',
        version: 2,
        detail: 'The tenant has turned override_allowed off.',
      },
      {
        tenant_id: cool,
        outcome: 'invalid',
        version: 2,
        detail: 'claude-3-haiku-20240307 accepts a temperature from 0 to 1.',
      },
      { tenant_id: free, outcome: 'updated', version: 2, detail: null },
    ]);
  });

  it('changes no tenant when a statement fails', async () => {
    const ids = await scene.insertTenants(2);
    const { rollout } = await scene.start({ selector: { tenant_ids: ids } });
    await scene.store.asSuperuser(
      'ALTER TABLE bulk_operation_items ADD CONSTRAINT fails CHECK (outcome IS NULL) NOT VALID',
    );
    await expect(scene.rollouts.promote(rollout.id, platformAdmin)).rejects.toThrow(/fails/);
    await scene.store.asSuperuser('ALTER TABLE bulk_operation_items DROP CONSTRAINT fails');
    expect(await scene.stateOf(rollout.id)).toMatchObject({ state: 'running' });
    expect((await settingsOf(ids)).map((each) => (each as { version: number }).version)).toEqual([1, 1]);
  });
});
