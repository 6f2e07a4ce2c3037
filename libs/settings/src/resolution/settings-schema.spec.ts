import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { arbitraryOwnSettings } from '../../testing/arbitrary-settings.js';
import { aPlan, someLayers } from '../../testing/settings-builders.js';
import { settingsSchema } from './settings-schema.js';
import { type Layers, resolveSettings } from './layers.js';
import { findConfigurationErrors } from './rules.js';
import { findValueErrors } from '../definition/find-value-errors.js';
import type { SettingName } from '../definition/tenant-settings.js';
import { settingNames } from '../definition/setting-names.js';

type Property = Record<string, unknown>;
const propertiesOf = (layers: Layers) =>
  settingsSchema(layers)['properties'] as Record<SettingName, Property>;

function validatorOf(layers: Layers): (value: unknown) => boolean {
  const ajv = new Ajv2020({ strict: false });
  (addFormats as unknown as (one: Ajv2020) => void)(ajv);
  const validate = ajv.compile(settingsSchema(layers));
  return (value) => validate(value);
}

describe('settingsSchema', () => {
  it('describes every setting with title, group, path in the file and who may set it', () => {
    const properties = propertiesOf(someLayers({ plan: aPlan({ locked_settings: ['temperature'] }) }));
    expect(Object.keys(properties)).toEqual(settingNames);
    expect(properties.max_tokens).toMatchObject({
      title: 'Longest answer',
      type: 'integer',
      'x-group': 'model',
      'x-path': 'model.max_tokens',
      'x-set-by': 'tenant',
    });
    expect(properties.max_tokens).not.toHaveProperty('x-locked-by');
    expect(properties.max_documents['x-set-by']).toBe('platform');
    expect(properties.temperature).toMatchObject({ 'x-set-by': 'platform', 'x-locked-by': 'small' });
  });

  it('has the bounds of the plan', () => {
    const plan = aPlan({ ceilings: { max_tokens: 2000, retrieval_top_k: 50 } });
    expect(propertiesOf(someLayers({ plan }))).toMatchObject({
      max_tokens: { minimum: 100, maximum: 2000 },
      retrieval_top_k: { minimum: 1, maximum: 20 },
    });
  });

  it('offers the models of the plan, and none as the fallback', () => {
    const { model_name, model_fallback } = propertiesOf(
      someLayers({ plan: aPlan({ allowed_tiers: ['standard'] }) }),
    );
    expect(model_name['enum']).toEqual(['gpt-4']);
    expect(model_fallback['enum']).toEqual(['gpt-4', 'none']);
  });

  it('accepts null for settings that may be null', () => {
    const validate = validatorOf(someLayers());
    expect(validate({ ui_logo_url: null, custom_domain: null })).toBe(true);
    expect(validate({ temperature: null })).toBe(false);
  });

  it('accepts what the rules accept', () => {
    const layers = someLayers({ plan: aPlan({ allowed_models: ['gpt-3.5-turbo-16k'] }) });
    const catalogue = new Map(layers.catalogue).set('gpt-3.5-turbo-16k', {
      ...layers.catalogue.get('gpt-3.5-turbo')!,
      id: 'gpt-3.5-turbo-16k',
    });
    const validate = validatorOf({ ...layers, catalogue });
    fc.assert(fc.property(arbitraryOwnSettings, (own) => expect(validate(own)).toBe(true)));
  });

  it.each([
    [{ temperature: 2.1 }],
    [{ max_tokens: 99 }],
    [{ max_tokens: 100.5 }],
    [{ retrieval_top_k: 0 }],
    [{ rerank_enabled: 1 }],
    [{ model_name: 'grand' }],
    [{ model_name: 'none' }],
    [{ system_prompt_template: 'x'.repeat(2001) }],
    [{ ui_primary_color: 'red' }],
    [{ ui_logo_url: 'http://a.example' }],
    [{ custom_domain: 'localhost' }],
    [{ monthly_budget_usd: 'much' }],
    [{ monthly_budget_usd: -1 }],
    [{ unknown: 1 }],
  ])('refuses what the rules refuse: %j', (own) => {
    expect(
      findValueErrors(own).length + findConfigurationErrors(someLayers({ own: own as object })).length,
    ).toBeGreaterThan(0);
    expect(validatorOf(someLayers())(own)).toBe(false);
  });

  it('shows as the default the value of a tenant that sets nothing', () => {
    const layers = someLayers({ plan: aPlan({ defaults: { temperature: 0 } }) });
    const defaults = Object.entries(propertiesOf(layers)).map(([name, property]) => [
      name,
      property['default'],
    ]);
    expect(Object.fromEntries(defaults)).toEqual(resolveSettings({ ...layers, own: {} }).settings);
  });

  it('shows no default above the plan’s ceiling', () => {
    const layers = someLayers({ plan: aPlan({ ceilings: { max_tokens: 500 } }) });
    expect(propertiesOf(layers).max_tokens).toMatchObject({ maximum: 500, default: 500 });
  });

  it('shows no default model that the plan does not include', () => {
    const layers = someLayers({ plan: aPlan({ defaults: { model_name: 'grand' } }) });
    expect(propertiesOf(layers).model_name['default']).toBe('gpt-3.5-turbo');
  });
});
