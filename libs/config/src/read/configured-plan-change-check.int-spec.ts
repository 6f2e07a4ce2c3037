import { InvalidInputError } from '#kernel';
import { findModelReferences } from '#settings';
import { SharedSettingsTransaction, TenantsService } from '#tenancy';
import { type ConfigServices, anAuthor, startConfigServices } from '../../testing/config-services.js';
import { type TestStore, testStores } from '../../testing/test-stores.js';
import { PlatformDefaultsService } from '../read/platform-defaults.service.js';
import type { PartialSettings } from '#settings';

const author = { actor: 'key:platform', role: 'platform_admin' };

describe.each(testStores)('ConfiguredPlanChangeCheck on %s', (_name, open) => {
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

  it('refuses a move to a plan whose ceilings the tenant’s settings break, and clamps them if accept_clamping is set', async () => {
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
      tenant: { plan: 'basic' },
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

  it('allows a move when the tenant’s existing error has nothing to do with the plan', async () => {
    const id = await aTenant('pro', { model_name: 'gpt-4o' });
    await store.asSuperuser(`UPDATE models SET state = 'retired' WHERE id = 'gpt-4o'`);
    expect(await services.get(TenantsService).change(id, { plan: 'enterprise' }, author)).toMatchObject({
      tenant: { plan: 'enterprise' },
    });
  });

  it('never lets a tenant end on a plan that its settings break when both change at the same time', async () => {
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

  it('lets only one of two concurrent changes win: a model retires, or the defaults name it', async () => {
    const defaults = services.get(PlatformDefaultsService);
    const before = await defaults.current();
    const sharedSettings = services.get(SharedSettingsTransaction);
    const retire = async (): Promise<void> =>
      sharedSettings.write(author, async () => {
        const platform = await sharedSettings.readPlatformDefaults();
        if (findModelReferences('gpt-4', { platform, plans: [] }).length > 0) throw new Error('named');
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
