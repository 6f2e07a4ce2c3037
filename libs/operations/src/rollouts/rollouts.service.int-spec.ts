import { anAuthor } from '../../../config/testing/config-services.js';
import { RolloutScenario, platformAdmin } from '../../testing/rollout-scenario.js';
import { testStores } from '../../../config/testing/test-stores.js';
import { type Arm, assignArm } from '#config';
import { RolloutsService } from './rollouts.service.js';

describe.each(testStores)('RolloutsService on %s', (_name, open) => {
  let scene: RolloutScenario;

  beforeAll(async () => {
    scene = await RolloutScenario.open(open);
  });
  afterEach(() => scene.endAll());
  afterAll(() => scene?.close());

  const armsOf = (rollout: { id: string; percentage: number }, ids: string[]): Arm[] =>
    ids.map((id) => assignArm(rollout, id));
  const storedOf = (ids: string[]) =>
    scene.store.asSuperuser<object>(
      'SELECT settings, version::int AS version FROM tenant_configurations WHERE tenant_id = ANY($1)',
      [ids],
    );

  describe('a rollout by tenant', () => {
    it('puts its changes as a layer over tenants in the treatment, without a new version, and leaves the control as it is', async () => {
      const ids = await scene.insertTenants(12);
      const before = await Promise.all(ids.map((id) => scene.current(id)));
      const { rollout, tenants } = await scene.start({ selector: { tenant_ids: ids } });
      const arms = armsOf(rollout, ids);
      expect(new Set(arms)).toEqual(new Set(['control', 'treatment']));
      for (const [index, id] of ids.entries()) {
        const { settings, sources, version, etag, rollout: assignment } = await scene.current(id);
        const isTreated = arms[index] === 'treatment';
        expect({ settings, source: sources.temperature }).toMatchObject(
          isTreated
            ? { settings: { temperature: 0.1 }, source: 'rollout' }
            : { settings: before[index]!.settings, source: 'platform' },
        );
        expect([version, etag === before[index]!.etag]).toEqual([1, !isTreated]);
        expect(assignment).toEqual({ id: rollout.id, step: 1, arm: arms[index] });
      }
      const treatment = arms.filter((arm) => arm === 'treatment').length;
      expect(tenants).toMatchObject({ matched: 12, eligible: 12, treatment });
      expect(await storedOf(ids)).toEqual(ids.map(() => ({ settings: {}, version: 1 })));
    });

    it('leaves the treatment to those who have it when the percentage rises, and takes it from all when it is aborted', async () => {
      const ids = await scene.insertTenants(30);
      const { rollout } = await scene.start({ selector: { tenant_ids: ids }, percentage: 10 });
      const first = await scene.temperatures(ids);
      await scene.rollouts.changePercentage(rollout.id, 50, platformAdmin);
      const second = await scene.temperatures(ids);
      expect(first.filter((each, index) => each === 0.1 && second[index] !== 0.1)).toEqual([]);
      expect(second.filter((each) => each === 0.1).length).toBeGreaterThan(
        first.filter((each) => each === 0.1).length,
      );
      expect(
        await Promise.all(
          ids.map(async (id) => (await scene.otherServices.reader.current(id)).settings.temperature),
        ),
      ).toEqual(second);
      await scene.rollouts.abort(rollout.id, platformAdmin);
      expect(new Set(await scene.temperatures(ids))).toEqual(new Set([0.7]));
    });

    it('applies to a tenant’s own change in the response, but not in its validation', async () => {
      const [id = ''] = await scene.insertTenants(1);
      await scene.start({ selector: { tenant_ids: [id] }, changes: { retrieval_top_k: 8 }, percentage: 100 });
      const changed = await scene.services.patch(anAuthor(id), { retrieval_top_k: 2 });
      expect(changed.settings.retrieval_top_k).toBe(8);
      const refused = scene.services.patch(anAuthor(id), { rerank_enabled: true, rerank_top_n: 4 });
      await expect(refused).rejects.toMatchObject({ slug: 'invalid-input' });
    });

    it('compares the selector’s conditions with the settings without the rollout', async () => {
      const [cold = '', warm = ''] = await scene.insertTenants(2);
      await scene.services.patch(anAuthor(cold), { temperature: 0.3 });
      const selector = { tenant_ids: [cold, warm], where: { temperature: [0.3, 0.4] } };
      const { tenants } = await scene.start({ selector, percentage: 100 });
      expect(tenants.matched).toBe(1);
      expect(await scene.temperatures([cold, warm])).toEqual([0.1, 0.7]);
      await scene.services.patch(anAuthor(warm), { temperature: 0.4 });
      expect(await scene.temperatures([cold, warm])).toEqual([0.1, 0.1]);
    });
  });

  describe('a rollout by query', () => {
    it('assigns a fixed arm to each subject, and does not change the tenant’s configuration', async () => {
      const [id = ''] = await scene.insertTenants(1);
      const { rollout } = await scene.start({ selector: { tenant_ids: [id] }, unit: 'query' });
      const subjects = Array.from({ length: 20 }, (_, index) => `user-${index}`);
      for (const reader of [scene.services.reader, scene.otherServices.reader])
        for (const subject of subjects) {
          const { settings, rollout: assignment } = await reader.forQuery(id, subject);
          const arm = assignArm(rollout, id, subject);
          expect(assignment).toEqual({ id: rollout.id, step: 1, arm });
          expect(settings.temperature).toBe(arm === 'treatment' ? 0.1 : 0.7);
        }
      expect(await scene.current(id)).toMatchObject({ settings: { temperature: 0.7 }, rollout: null });
      expect(scene.services.reader.forQuery(id, 'user-1')).not.toBeInstanceOf(Promise);
    });

    it('refuses settings that are the same for all queries of a tenant', async () => {
      const [id = ''] = await scene.insertTenants(1);
      const input = {
        selector: { tenant_ids: [id] },
        unit: 'query' as const,
        changes: { max_documents: 500 },
      };
      await expect(scene.start(input)).rejects.toMatchObject({
        fieldErrors: [
          { field: 'unit', rule: 'combination' },
          { field: 'changes.max_documents', rule: 'combination' },
        ],
      });
    });
  });

  describe('eligibility', () => {
    it('excludes and counts tenants that a bulk update would not change, or for which the changes are invalid', async () => {
      const ids = await scene.insertTenants(6);
      const [locked = '', bound = '', coded = '', fixed = '', cool = '', free = ''] = ids;
      await scene.services.patch(anAuthor(locked), { override_allowed: false });
      await scene.services.patch(anAuthor(cool), { model_name: 'claude-3-haiku-20240307' });
      await scene.store.asSuperuser(
        `INSERT INTO plans (id, allowed_tiers, locked_settings) VALUES ('fixed-${free}', '{economy}', '{temperature}')`,
      );
      await scene.requireApproval(bound);
      await scene.store.asSuperuser('UPDATE tenants SET plan = $2 WHERE tenant_id = $1', [
        fixed,
        `fixed-${free}`,
      ]);
      await scene.store.database.asTenant(coded, async () => {
        await scene.store.database.query(`SELECT set_config('app.set_by', 'code', true)`);
        await scene.store.database.query(
          `UPDATE tenant_configurations SET settings = '{"temperature": 0.9}'`,
        );
      });
      const { tenants } = await scene.start({
        selector: { tenant_ids: ids },
        changes: { temperature: 1.5 },
        percentage: 100,
      });
      expect(tenants).toEqual({
        matched: 6,
        eligible: 1,
        treatment: 1,
        override_locked: 1,
        approval_required: 1,
        managed_by_code: 1,
        locked_by_plan: 1,
        invalid: 1,
      });
      expect(await scene.temperatures(ids)).toEqual([0.7, 0.7, 0.9, 0.7, 0.7, 1.5]);
      const arms = await Promise.all(ids.map(async (id) => (await scene.current(id)).rollout?.arm));
      expect(arms).toEqual([undefined, undefined, undefined, undefined, undefined, 'treatment']);
    });

    it('includes a tenant again as soon as it allows overrides', async () => {
      const [id = ''] = await scene.insertTenants(1);
      await scene.services.patch(anAuthor(id), { override_allowed: false });
      await scene.start({ selector: { tenant_ids: [id] }, percentage: 100 });
      expect(await scene.temperatures([id])).toEqual([0.7]);
      await scene.services.patch(anAuthor(id), { override_allowed: true });
      expect(await scene.temperatures([id])).toEqual([0.1]);
    });
  });

  describe('start', () => {
    it.each([
      [{}, [{ field: 'changes', rule: 'required' }]],
      [{ temprature: 1 }, [{ field: 'changes.temprature', rule: 'unknown_field' }]],
      [{ override_allowed: true }, [{ field: 'changes.override_allowed', rule: 'unknown_field' }]],
      [{ temperature: null }, [{ field: 'changes.temperature', rule: 'type' }]],
      [{ custom_domain: 'a.example' }, [{ field: 'changes.custom_domain', rule: 'read_only' }]],
      [
        { temperature: 3, max_tokens: 'many' },
        [
          { field: 'changes.temperature', rule: 'max' },
          { field: 'changes.max_tokens', rule: 'type' },
        ],
      ],
      [{ model_name: 'no-such-model' }, [{ field: 'changes.model_name', rule: 'enum' }]],
      [
        { system_prompt_template: 'Hello {nobody}' },
        [{ field: 'changes.system_prompt_template', rule: 'unknown_variable' }],
      ],
      [
        { max_tokens: 4000, model_name: 'gpt-4o', rerank_enabled: true, rerank_top_n: 9 },
        [
          { field: 'changes.rerank_top_n', rule: 'combination' },
          { field: 'changes.retrieval_top_k', rule: 'combination' },
          { field: 'changes.rerank_enabled', rule: 'combination' },
        ],
      ],
    ])('refuses the changes %j with every error', async (changes, errors) => {
      const ids = await scene.insertTenants(1);
      const refusal = scene.start({ selector: { tenant_ids: ids }, changes });
      await expect(refusal).rejects.toMatchObject({ slug: 'invalid-input', fieldErrors: errors });
    });

    it('refuses a rollout while another one can select the same tenants, even if both start at the same moment', async () => {
      const ids = await scene.insertTenants(3);
      const selectors = [{ tenant_ids: ids.slice(0, 2) }, { tenant_ids: ids.slice(1) }, { tenant_ids: ids }];
      const outcomes = await Promise.allSettled(selectors.map((selector) => scene.start({ selector })));
      const refused = outcomes.filter((each) => each.status === 'rejected');
      expect(refused.map(({ reason }) => (reason as { slug: string }).slug)).toEqual([
        'conflict',
        'conflict',
      ]);
      const [next = ''] = await scene.insertTenants(1);
      await expect(scene.start({ selector: { tenant_ids: [next] } })).resolves.toBeDefined();
    });

    it('refuses tenants and plans that do not exist, and a selector without keys', async () => {
      await expect(
        scene.start({ selector: { plans: ['gold'], tenant_ids: ['no-such-tenant'] } }),
      ).rejects.toMatchObject({
        fieldErrors: [{ field: 'selector.plans' }, { field: 'selector.tenant_ids' }],
      });
      await expect(scene.start({ selector: {} })).rejects.toMatchObject({
        fieldErrors: [{ field: 'selector' }],
      });
    });
  });

  describe('a rollout that has ended', () => {
    it.each(['abort', 'promote'] as const)(
      'refuses promotion, abortion and a new percentage after %s',
      async (end) => {
        const { rollout } = await scene.start({ selector: { tenant_ids: await scene.insertTenants(1) } });
        const { rollouts } = scene;
        const all = {
          abort: () => rollouts.abort(rollout.id, platformAdmin),
          promote: () => rollouts.promote(rollout.id, platformAdmin),
          step: () => rollouts.changePercentage(rollout.id, 60, platformAdmin),
        };
        await all[end]();
        for (const act of Object.values(all)) await expect(act()).rejects.toMatchObject({ slug: 'conflict' });
      },
    );

    it('ends through only one of several concurrent calls', async () => {
      const { rollout } = await scene.start({ selector: { tenant_ids: await scene.insertTenants(1) } });
      const acts = [
        scene.rollouts.abort(rollout.id, platformAdmin),
        scene.otherServices.get(RolloutsService).abort(rollout.id, platformAdmin),
        scene.rollouts.promote(rollout.id, platformAdmin),
      ];
      const outcomes = await Promise.allSettled(acts);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });
  });
});
