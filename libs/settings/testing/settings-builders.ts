import type { Model } from '../src/definition/model.js';
import type { Plan } from '../src/definition/plan.js';
import type { Layers } from '../src/resolution/layers.js';
import type { TenantSettings } from '../src/definition/tenant-settings.js';
import { settingDeclarations } from '../src/definition/setting-names.js';

/** A model of the economy tier that takes everything the settings allow. */
function aModel(model: Partial<Model> & Pick<Model, 'id'>): Model {
  return {
    provider: 'openai',
    tier: 'economy',
    base_url: null,
    api_key_env: null,
    upstream_model: null,
    headers: null,
    extra_body: null,
    reasoning: null,
    context_window: 16_000,
    max_output_tokens: 4096,
    temperature: { min: 0, max: 2 },
    input_usd_per_mtok: 1,
    output_usd_per_mtok: 2,
    cached_input_usd_per_mtok: null,
    cache_write_usd_per_mtok: null,
    state: 'active',
    ...model,
  };
}

/** A plan of the economy tier with nothing else to it. */
export function aPlan(plan: Partial<Plan> = {}): Plan {
  return {
    id: 'small',
    defaults: {},
    allowed_tiers: ['economy'],
    allowed_models: [],
    ceilings: {},
    locked_settings: [],
    ...plan,
  };
}

/** One model of each kind that a rule knows. */
const testModels: readonly Model[] = [
  aModel({ id: 'gpt-3.5-turbo' }),
  aModel({ id: 'cool', temperature: { min: 0, max: 1 } }),
  aModel({ id: 'terse', max_output_tokens: 500 }),
  aModel({ id: 'fixed', temperature: null }),
  aModel({ id: 'retired', state: 'retired' }),
  aModel({ id: 'deprecated', state: 'deprecated' }),
  aModel({ id: 'gpt-4', tier: 'standard' }),
  aModel({ id: 'grand', tier: 'premium' }),
];

export function initialSettings(): TenantSettings {
  return Object.fromEntries(
    settingDeclarations.map(({ name, initial }) => [name, initial]),
  ) as unknown as TenantSettings;
}

/** Attune's own defaults under a plan with no ceilings, and a tenant that set nothing. */
export function someLayers(layers: Partial<Layers> = {}): Layers {
  return {
    platform: initialSettings(),
    plan: aPlan(),
    own: {},
    setBy: {},
    catalogue: new Map(testModels.map((model) => [model.id, model])),
    ...layers,
  };
}
