import fc from 'fast-check';
import { arbitraryOwnSettings } from '../../testing/arbitrary-settings.js';
import { aPlan, initialSettings, someLayers } from '../../testing/settings-builders.js';
import { explainSettings } from './explain-settings.js';
import { type Layers, allowedModels, isModelAllowed, resolveSettings } from './layers.js';
import { settingNames } from '../definition/setting-names.js';
import type { SettingName } from '../definition/tenant-settings.js';

const someCeilings = fc.record(
  { max_tokens: fc.integer({ min: 100, max: 4000 }), retrieval_top_k: fc.integer({ min: 1, max: 20 }) },
  { requiredKeys: [] },
);
const setters = fc.constantFrom('tenant_admin', 'platform_admin', 'code');

const anyLayers: fc.Arbitrary<Layers> = fc
  .record({
    own: arbitraryOwnSettings,
    defaults: arbitraryOwnSettings,
    ceilings: someCeilings,
    locked_settings: fc.subarray([...settingNames]),
    setBy: fc.dictionary(fc.constantFrom(...settingNames), setters),
    overlays: fc.record({ flag: arbitraryOwnSettings, rollout: arbitraryOwnSettings }, { requiredKeys: [] }),
  })
  .map(({ own, setBy, overlays, ...plan }) => ({
    ...someLayers({ own, setBy, plan: aPlan(plan) }),
    overlays,
  }));

const layerOf = {
  platform: ({ platform }: Layers) => platform,
  plan: ({ plan }: Layers) => plan.defaults,
  tenant: ({ own }: Layers) => own,
  flag: ({ overlays }: Layers) => overlays?.flag ?? {},
  rollout: ({ overlays }: Layers) => overlays?.rollout ?? {},
};

describe('resolveSettings', () => {
  it('returns the platform’s defaults when neither plan nor tenant set anything', () => {
    const { settings, sources } = resolveSettings(someLayers());
    expect(settings).toEqual(initialSettings());
    expect(new Set(Object.values(sources))).toEqual(new Set(['platform']));
  });

  it('prefers the tenant’s value to the plan’s, and the plan’s to the platform’s', () => {
    const plan = aPlan({ defaults: { temperature: 0.2, max_tokens: 300 } });
    const { settings, sources } = resolveSettings(someLayers({ plan, own: { temperature: 0 } }));
    expect(settings).toMatchObject({ temperature: 0, max_tokens: 300, retrieval_top_k: 5 });
    expect(sources).toMatchObject({ temperature: 'tenant', max_tokens: 'plan', retrieval_top_k: 'platform' });
  });

  it('replaces the prompt variables of a lower layer as a whole', () => {
    const plan = aPlan({ defaults: { prompt_variables: { tone: 'kind', year: 2026 } } });
    const { settings } = resolveSettings(someLayers({ plan, own: { prompt_variables: { tone: 'dry' } } }));
    expect(settings.prompt_variables).toEqual({ tone: 'dry' });
  });

  it.each<[SettingName, unknown]>([
    ['temperature', 'hot'],
    ['temperature', null],
    ['max_tokens', 300.5],
    ['model_name', 7],
    ['system_prompt_template', null],
    ['prompt_variables', [1]],
    ['prompt_variables', { tone: { loud: true } }],
    ['retrieval_language', 'klingon'],
    ['monthly_budget_usd', 'much'],
    ['log_questions', 'yes'],
    ['custom_domain', {}],
  ])('skips a stored %s that SQL wrote and the setting cannot have: %j', (name, value) => {
    const plan = aPlan({ defaults: { [name]: value } });
    const platform = { ...initialSettings(), [name]: value };
    const { settings, sources } = resolveSettings(someLayers({ own: { [name]: value }, plan, platform }));
    expect(settings).toEqual(initialSettings());
    expect(sources[name]).toBe('platform');
  });

  it('takes the nearest bound for a stored number beyond it', () => {
    const own = { temperature: 9, retrieval_top_k: -3, max_queries_per_day: 1e308, monthly_budget_usd: -5 };
    const { settings, sources } = resolveSettings(someLayers({ own }));
    expect(settings).toMatchObject({
      temperature: 2,
      retrieval_top_k: 1,
      max_queries_per_day: 1000,
      monthly_budget_usd: 0,
    });
    expect(sources).toMatchObject({ temperature: 'tenant', max_queries_per_day: 'platform' });
  });

  it('names the layer that each value comes from', () => {
    fc.assert(
      fc.property(anyLayers, (layers) => {
        const { settings, sources } = resolveSettings(layers);
        for (const name of settingNames) {
          const layerValue = (layerOf[sources[name]](layers) as Record<string, unknown>)[name];
          const ceiling = sources[name] === 'plan' ? layers.plan.ceilings[name] : undefined;
          expect([layerValue, ceiling]).toContainEqual(settings[name]);
        }
      }),
    );
  });

  it('lowers values above the plan’s ceiling to it, and leaves lower values alone', () => {
    fc.assert(
      fc.property(anyLayers, (layers) => {
        const free = resolveSettings({ ...layers, plan: { ...layers.plan, ceilings: {} } }).settings;
        const { settings } = resolveSettings(layers);
        for (const name of ['max_tokens', 'retrieval_top_k'] as const)
          expect(settings[name]).toBe(Math.min(free[name], layers.plan.ceilings[name] ?? Infinity));
      }),
    );
  });

  it('ignores a locked setting’s value if a tenant admin set it', () => {
    fc.assert(
      fc.property(anyLayers, (layers) => {
        const { sources } = resolveSettings(layers);
        const locked = layers.plan.locked_settings as (typeof settingNames)[number][];
        const overruled = locked.filter((name) => layers.setBy[name] === 'tenant_admin');
        for (const name of overruled) expect(sources[name]).not.toBe('tenant');
        for (const name of locked) expect(['flag', 'rollout']).not.toContain(sources[name]);
      }),
    );
  });

  it('uses a locked setting’s value if the platform or a file set it', () => {
    const plan = aPlan({ locked_settings: ['temperature', 'max_tokens'] });
    const own = { temperature: 0, max_tokens: 200 };
    const { sources } = resolveSettings(
      someLayers({ plan, own, setBy: { temperature: 'platform_admin', max_tokens: 'code' } }),
    );
    expect(sources).toMatchObject({ temperature: 'tenant', max_tokens: 'tenant' });
  });

  it('treats zero, false and null as values', () => {
    const platform = { ...initialSettings(), rerank_enabled: true, ui_logo_url: 'https://a.example' };
    const own = { temperature: 0, rerank_enabled: false, ui_logo_url: null };
    expect(resolveSettings(someLayers({ platform, own })).settings).toMatchObject(own);
  });

  it('skips a model that the plan does not include', () => {
    const own = { model_name: 'grand', model_fallback: 'grand' };
    const { settings, sources } = resolveSettings(someLayers({ own }));
    expect(settings).toMatchObject({ model_name: 'gpt-3.5-turbo', model_fallback: 'gpt-3.5-turbo' });
    expect(sources).toMatchObject({ model_name: 'platform', model_fallback: 'platform' });
  });

  it.each(['retired', 'deprecated'])('keeps a %s model for a tenant that has it', (model_name) => {
    expect(resolveSettings(someLayers({ own: { model_name } })).settings.model_name).toBe(model_name);
  });

  it('keeps "none" as the fallback', () => {
    expect(resolveSettings(someLayers({ own: { model_fallback: 'none' } })).settings.model_fallback).toBe(
      'none',
    );
  });
});

describe('allowedModels', () => {
  it('returns the models of the plan’s tiers and the models that the plan names, without retired ones', () => {
    const layers = someLayers({
      plan: aPlan({ allowed_tiers: ['premium'], allowed_models: ['gpt-4', 'retired'] }),
    });
    expect(allowedModels(layers)).toEqual(['gpt-4', 'grand']);
    expect(isModelAllowed('gpt-3.5-turbo', layers)).toBe(false);
    expect(isModelAllowed('unheard-of', layers)).toBe(false);
  });
});

describe('explainSettings', () => {
  it('names as capped exactly the settings whose highest value does not apply', () => {
    fc.assert(
      fc.property(anyLayers, (input) => {
        const { settings } = resolveSettings(input);
        const { layers, capped } = explainSettings(input);
        for (const name of settingNames) {
          const highest = layers[name].at(-1)!.value;
          const differs = JSON.stringify(settings[name]) !== JSON.stringify(highest);
          expect([name, capped[name]?.from]).toEqual([name, differs ? highest : undefined]);
          expect(layers[name][0]!.layer).toBe('platform');
        }
      }),
    );
  });

  it('names the layers with a value in their order', () => {
    const plan = aPlan({ defaults: { max_tokens: 300 }, ceilings: { max_tokens: 500 } });
    const { layers, capped } = explainSettings({
      ...someLayers({ plan, own: { max_tokens: 900 } }),
      overlays: { rollout: { temperature: 0 } },
    });
    expect(layers.max_tokens.map(({ layer }) => layer)).toEqual(['platform', 'plan', 'tenant']);
    expect(layers.temperature.map(({ layer }) => layer)).toEqual(['platform', 'rollout']);
    expect(capped).toEqual({ max_tokens: { by: 'plan_ceiling', from: 900 } });
  });
});
