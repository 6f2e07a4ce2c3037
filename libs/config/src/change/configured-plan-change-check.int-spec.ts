import type { Type } from '@nestjs/common';
import { InvalidInputError } from '#kernel';
import { type Plan, PlanReader, PlanRules, SharedSettingsTransaction, TenantsService } from '#tenancy';
import { type ConfigServices, anAuthor, startConfigServices } from '../../testing/config-services.js';
import { type TestStore, testStores } from '../../testing/test-stores.js';
import { PlatformDefaultsService } from '../read/platform-defaults.service.js';
import type { PartialSettings } from '#settings';

const author = { actor: 'key:platform', role: 'platform_admin' };

describe.each(testStores)('the rules of plans on %s', (_name, open) => {
  let store: TestStore;
  let services: ConfigServices;
  let count = 0;

  beforeAll(async () => {
    store = await open();
    services = await startConfigServices(store.database);
  });

  afterAll(async () => {
    await services.close();
    await store.close();
  });

  async function aTenant(plan: string, own: PartialSettings = {}): Promise<string> {
    const id = `planned-${(count += 1)}`;
    await services.get(TenantsService).create({ tenant_id: id, name: id, plan }, author);
    if (Object.keys(own).length > 0) await services.patch(anAuthor(id), own);
    return id;
  }

  function rules(): PlanRules {
    return services.get(PlanRules as Type<PlanRules>);
  }

  async function faultsOf(change: Partial<Plan>): Promise<string[]> {
    const layers = services.get(SharedSettingsTransaction);
    const pro = (await services.get(PlanReader).find('pro'))!;
    const faults = await layers.read(async () =>
      rules().findPlanErrors({ ...pro, ...change }, await layers.readCatalogue()),
    );
    return faults.map(({ field, rule }) => `${field}: ${rule}`);
  }

  it.each<[Partial<Plan>, string[]]>([
    [{ defaults: { temperature: 3 } }, ['defaults.temperature: max']],
    [{ defaults: { model_name: 'nobody' } }, ['defaults.model_name: enum']],
    [{ defaults: { model_name: 'claude-opus-4-6' } }, ['defaults.model_name: enum']],
    [
      { defaults: { max_tokens: 3000 }, ceilings: { max_tokens: 2000 } },
      ['defaults.max_tokens: plan_ceiling'],
    ],
    [
      { defaults: { model_name: 'claude-3-sonnet-20240229', temperature: 1.5 } },
      ['defaults.temperature: model_range'],
    ],
    [
      { defaults: { system_prompt_template: 'Hello {nobody}' } },
      ['defaults.system_prompt_template: unknown_variable'],
    ],
    [{ locked_settings: ['surprise'] }, ['locked_settings: enum']],
    [{ allowed_models: ['nobody'] }, ['allowed_models: enum']],
    [{ ceilings: { model_name: 3 } }, ['ceilings.model_name: unknown_field']],
    [{ ceilings: { max_tokens: 5000 } }, ['ceilings.max_tokens: max']],
  ])('find the faults of %j', async (change, faults) => {
    expect(await faultsOf(change)).toEqual(faults);
  });

  it('let a plan lower what the platform’s defaults say, and lock it', async () => {
    expect(await faultsOf({ ceilings: { max_tokens: 500 }, locked_settings: ['max_tokens'] })).toEqual([]);
    expect(
      await faultsOf({ allowed_tiers: ['premium'], defaults: { model_name: 'claude-opus-4-6' } }),
    ).toEqual([]);
  });

  it('know which shared layer names a model', async () => {
    const layers = services.get(SharedSettingsTransaction);
    const naming: Plan = {
      ...(await services.get(PlanReader).find('pro'))!,
      defaults: { model_fallback: 'gpt-4' },
    };
    expect(await layers.read(() => rules().findModelReferences('gpt-3.5-turbo', [naming]))).toEqual([
      { plan: null, setting: 'model_name' },
      { plan: null, setting: 'model_fallback' },
    ]);
    expect(await layers.read(() => rules().findModelReferences('gpt-4', [naming]))).toEqual([
      { plan: 'pro', setting: 'model_fallback' },
    ]);
  });

  it('refuse a move to a plan whose ceilings the tenant’s own settings break, and clamp them where that is accepted', async () => {
    const id = await aTenant('pro', { max_tokens: 3000, model_name: 'gpt-4', temperature: 1 });
    const moves = services.get(TenantsService);
    await expect(moves.change(id, { plan: 'basic' }, author)).rejects.toMatchObject({
      slug: 'conflict',
      details: {
        errors: [
          { field: 'model_name', rule: 'enum', value: 'gpt-4' },
          { field: 'max_tokens', rule: 'plan_ceiling', value: 3000, max: 2000 },
        ],
      },
    });
    expect(await moves.get(id)).toMatchObject({ plan: 'pro' });
    expect(await moves.change(id, { plan: 'basic', accept_clamping: true }, author)).toMatchObject({
      plan: 'basic',
    });
    expect(await services.reader.current(id)).toMatchObject({
      version: 2,
      settings: { max_tokens: 2000, model_name: 'gpt-3.5-turbo', temperature: 1 },
    });
    await moves.change(id, { plan: 'pro' }, author);
    expect(await services.reader.current(id)).toMatchObject({
      settings: { max_tokens: 3000, model_name: 'gpt-4' },
    });
  });

  it('do not hold a fault against a move that the plan has no part in', async () => {
    const id = await aTenant('pro', { model_name: 'gpt-4o' });
    await store.asSuperuser(`UPDATE models SET state = 'retired' WHERE id = 'gpt-4o'`);
    expect(await services.get(TenantsService).change(id, { plan: 'enterprise' }, author)).toMatchObject({
      plan: 'enterprise',
    });
  });

  it('hold when settings change while the tenant moves: it never ends on a plan that they break', async () => {
    for (let round = 0; round < 10; round += 1) {
      const id = await aTenant('pro');
      const [patched, moved] = await Promise.allSettled([
        services.patch(anAuthor(id), { max_tokens: 3000 }),
        services.get(TenantsService).change(id, { plan: 'basic' }, author),
      ]);
      const { plan } = await services.get(TenantsService).get(id);
      const { items } = await services.history.list(id, 1, undefined);
      const isHigh = items[0]!.version === 2;
      expect([plan, isHigh]).toEqual([
        moved.status === 'fulfilled' ? 'basic' : 'pro',
        patched.status === 'fulfilled',
      ]);
      expect(plan === 'basic' && isHigh).toBe(false);
    }
  });

  it('hold when a model retires while the defaults come to name it', async () => {
    const defaults = services.get(PlatformDefaultsService);
    const before = await defaults.current();
    const layers = services.get(SharedSettingsTransaction);
    const retire = async (): Promise<void> =>
      layers.write(author, async () => {
        if ((await rules().findModelReferences('gpt-4', [])).length > 0) throw new Error('named');
        await store.database.query(`UPDATE models SET state = 'retired' WHERE id = 'gpt-4'`);
      });
    const [named, retired] = await Promise.allSettled([
      defaults.change({ model_fallback: 'gpt-4' }, author),
      retire(),
    ]);
    expect([named.status, retired.status].toSorted()).toEqual(['fulfilled', 'rejected']);
    if (named.status === 'rejected') expect(named.reason).toBeInstanceOf(InvalidInputError);
    await defaults.change({ model_fallback: before.model_fallback }, author);
    await store.asSuperuser(`UPDATE models SET state = 'active' WHERE id = 'gpt-4'`);
  });
});
