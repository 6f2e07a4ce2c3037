import { CatalogueReader, PlanReader, type BlastRadiusReport } from '#tenancy';
import { type ConfigServices, anAuthor } from '../../../config/testing/config-services.js';
import { startOperationsServices } from '../../testing/operations-services.js';
import { type TestStore, testStores } from '../../../config/testing/test-stores.js';
import { PlatformDefaultsService } from '#config';
import type { PartialSettings, TenantSettings, Model, Plan } from '#settings';
import { BlastRadiusCalculator } from './blast-radius-calculator.js';

const noneBound = { approval_required: { changed: 0, sample: [] } };
const noEffect: BlastRadiusReport = { matched: 0, changed: 0, failing: 0, ...noneBound, sample: [] };

describe.each(testStores)('BlastRadiusCalculator on %s', (_name, open) => {
  let store: TestStore;
  let services: ConfigServices;
  let radius: BlastRadiusCalculator;

  beforeAll(async () => {
    store = await open();
    services = await startOperationsServices(store.database);
    radius = services.get(BlastRadiusCalculator);
  });

  afterAll(async () => {
    await services.close();
    await store.close();
  });

  afterEach(() => store.asSuperuser('DELETE FROM tenants'));

  /** Creates tenants with own settings. Ids of deleted tenants cannot be used again, so no two tests share one. */
  async function createTenants(planId: string, own: Record<string, PartialSettings>): Promise<void> {
    for (const [id, settings] of Object.entries(own)) {
      await store.asSuperuser('INSERT INTO tenants (tenant_id, name, plan) VALUES ($1, $1, $2)', [
        id,
        planId,
      ]);
      if (Object.keys(settings).length > 0) await services.patch(anAuthor(id), settings);
    }
  }

  async function plan(id: string, change: Partial<Plan>): Promise<Plan> {
    return { ...(await services.get(PlanReader).find(id))!, ...change };
  }

  async function model(id: string, change: Partial<Model>): Promise<Model> {
    return { ...(await services.get(CatalogueReader).current()).get(id)!, ...change };
  }

  async function defaults(change: PartialSettings): Promise<TenantSettings> {
    return { ...(await services.get(PlatformDefaultsService).current()), ...change };
  }

  it('matches every tenant for the platform’s defaults, and reports a change for tenants without an own value', async () => {
    await createTenants('pro', { free: {}, bound: { temperature: 1 }, other: { max_tokens: 300 } });
    expect(await radius.previewDefaults(await defaults({ temperature: 0.5 }))).toEqual({
      matched: 3,
      changed: 2,
      failing: 0,
      ...noneBound,
      sample: [
        { tenant_id: 'free', changes: [{ field: 'temperature', from: 0.7, to: 0.5 }] },
        { tenant_id: 'other', changes: [{ field: 'temperature', from: 0.7, to: 0.5 }] },
      ],
    });
    expect(await radius.previewDefaults(await defaults({}))).toEqual({
      matched: 3,
      changed: 0,
      failing: 0,
      ...noneBound,
      sample: [],
    });
    expect(await services.reader.current('free')).toMatchObject({
      version: 1,
      settings: { temperature: 0.7 },
    });
  });

  it('BlastRadiusCalculator lists the tenants whose own changes need approval separately', async () => {
    await createTenants('pro', { unbound: {}, 'bound-one': {}, 'bound-two': { temperature: 1 } });
    await store.asSuperuser(`UPDATE tenants SET approval_required = true WHERE tenant_id LIKE 'bound-%'`);
    expect(await radius.previewDefaults(await defaults({ temperature: 0.5 }))).toMatchObject({
      changed: 2,
      approval_required: {
        changed: 1,
        sample: [{ tenant_id: 'bound-one', changes: [{ field: 'temperature', from: 0.7, to: 0.5 }] }],
      },
    });
  });

  it('matches the tenants of a plan, and reports values that its ceilings lower and its locks replace', async () => {
    await createTenants('pro', { high: { max_tokens: 3000 }, warm: { temperature: 1 }, plain: {} });
    await createTenants('basic', { outside: {} });
    const stricter = await plan('pro', { ceilings: { max_tokens: 2000 }, locked_settings: ['temperature'] });
    expect(await radius.previewPlan(stricter)).toEqual({
      matched: 3,
      changed: 2,
      failing: 0,
      ...noneBound,
      sample: [
        { tenant_id: 'high', changes: [{ field: 'max_tokens', from: 3000, to: 2000 }] },
        { tenant_id: 'warm', changes: [{ field: 'temperature', from: 1, to: 0.7 }] },
      ],
    });
  });

  it('matches no tenant for a plan without tenants', async () => {
    await createTenants('pro', { 'on-pro': {} });
    expect(await radius.previewPlan(await plan('basic', { defaults: { temperature: 0 } }))).toEqual(noEffect);
    expect(await radius.previewPlan({ ...(await plan('basic', {})), id: 'new' })).toEqual(noEffect);
  });

  it('matches the tenants that use a model, also as their fallback', async () => {
    await createTenants('pro', {
      primary: { model_name: 'gpt-4' },
      secondary: { model_fallback: 'gpt-4' },
      neither: { model_name: 'gpt-4o' },
    });
    expect(await radius.previewModel(await model('gpt-4', { tier: 'premium' }))).toEqual({
      matched: 2,
      changed: 2,
      failing: 0,
      ...noneBound,
      sample: [
        { tenant_id: 'primary', changes: [{ field: 'model_name', from: 'gpt-4', to: 'gpt-3.5-turbo' }] },
        {
          tenant_id: 'secondary',
          changes: [{ field: 'model_fallback', from: 'gpt-4', to: 'gpt-3.5-turbo' }],
        },
      ],
    });
    expect(await radius.previewModel(await model('claude-opus-4-6', { state: 'retired' }))).toEqual(noEffect);
  });

  it('lists the tenants of a model that retires, without a change for them', async () => {
    await createTenants('pro', { stays: { model_name: 'gpt-4' }, elsewhere: {} });
    expect(await radius.previewModel(await model('gpt-4', { state: 'retired' }))).toEqual({
      matched: 1,
      changed: 0,
      failing: 0,
      ...noneBound,
      sample: [{ tenant_id: 'stays', changes: [] }],
    });
  });

  it('BlastRadiusCalculator counts the tenants whose queries no model would answer after the change', async () => {
    await createTenants('pro', {
      alone: { model_name: 'gpt-4', model_fallback: 'none' },
      twice: { model_name: 'gpt-4', model_fallback: 'gpt-4' },
      rescued: { model_name: 'gpt-4', model_fallback: 'gpt-4o' },
      'not-using': { model_name: 'gpt-4o' },
    });
    const keyless = await model('gpt-4', { api_key_env: 'MODEL_KEY_UNSET' });
    expect(await radius.previewModel(keyless)).toMatchObject({ matched: 3, changed: 0, failing: 2 });
    const unused = { ...keyless, id: 'unused' };
    expect(await radius.previewModel(unused)).toEqual(noEffect);
  });

  it('matches tenants that get the model through the change', async () => {
    await store.asSuperuser(`INSERT INTO tenants (tenant_id, name, plan) VALUES ('waiting', 'W', 'pro')`);
    const sql = `UPDATE tenant_configurations SET settings = '{"model_name": "claude-opus-4-6"}' WHERE tenant_id = 'waiting'`;
    await store.asSuperuser(sql);
    expect(await radius.previewModel(await model('claude-opus-4-6', { tier: 'standard' }))).toMatchObject({
      matched: 1,
      changed: 1,
      sample: [{ tenant_id: 'waiting', changes: [{ from: 'gpt-3.5-turbo', to: 'claude-opus-4-6' }] }],
    });
  });

  it('shows at most 20 tenants, and at least one for every kind of difference', async () => {
    const sql = `INSERT INTO tenants (tenant_id, name, plan) SELECT 'many-' || n, 'M', 'pro' FROM generate_series(100, 149) n`;
    await store.asSuperuser(sql);
    await createTenants('pro', { 'zz-own': { max_tokens: 3000 } });
    const changed = await defaults({ max_tokens: 500, temperature: 0 });
    const { matched, sample, ...rest } = await radius.previewDefaults(changed);
    expect({ matched, ...rest }).toEqual({ matched: 51, changed: 51, failing: 0, ...noneBound });
    expect(sample).toHaveLength(20);
    expect(new Set(sample.map(({ tenant_id: id }) => id)).size).toBe(20);
    expect(sample.find(({ tenant_id: id }) => id === 'zz-own')?.changes).toEqual([
      { field: 'temperature', from: 0.7, to: 0 },
    ]);
  });
});
