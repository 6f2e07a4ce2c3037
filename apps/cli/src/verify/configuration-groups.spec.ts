import type { TenantSettings } from '#settings';
import { type TenantConfiguration, groupConfigurations } from './configuration-groups.js';

const defaultSettings = {
  model_name: 'gpt-4',
  model_fallback: 'none',
  temperature: 0.7,
  max_tokens: 1000,
  retrieval_top_k: 5,
  retrieval_alpha: 0.5,
  rerank_enabled: false,
  rerank_top_n: 3,
  system_prompt_template: '{context}',
  prompt_variables: {},
  ui_primary_color: '#000000',
  max_documents: 100,
} as unknown as TenantSettings;

const planWithoutRules = { defaults: {}, ceilings: {} };

function aTenant(
  tenantId: string,
  own: Partial<TenantSettings> = {},
  more: Partial<TenantConfiguration> = {},
): TenantConfiguration {
  const settings = { ...defaultSettings, ...own };
  const sources = Object.fromEntries(
    Object.keys(settings).map((name) => [name, name in own ? 'tenant' : 'platform']),
  );
  return { tenantId, settings, sources, own, plan: planWithoutRules, ...more };
}

const proposedDefaults = { ...defaultSettings, temperature: 0.2 };

describe('groupConfigurations', () => {
  it('puts tenants with the same settings into one group, the largest group first, ties by id', () => {
    const tenants = [
      aTenant('zeta', { temperature: 1 }),
      aTenant('beta', { temperature: 1.5 }),
      aTenant('delta'),
      aTenant('alpha'),
    ];
    expect(groupConfigurations(tenants, proposedDefaults).map((one) => one.tenants)).toEqual([
      ['alpha', 'delta'],
      ['beta'],
      ['zeta'],
    ]);
  });

  it('ignores settings that no answer depends on', () => {
    const tenants = [aTenant('a', { ui_primary_color: '#ffffff' }), aTenant('b', { max_documents: 500 })];
    const classes = groupConfigurations(tenants, {
      ...defaultSettings,
      ui_primary_color: '#111111',
      max_documents: 700,
    });
    expect(classes).toEqual([{ tenants: ['a', 'b'], changes: [], patch: {} }]);
  });

  it('separates a tenant that inherits a value from one that set the same value', () => {
    const classes = groupConfigurations(
      [aTenant('inherits'), aTenant('owns', { temperature: 0.7 })],
      proposedDefaults,
    );
    expect(classes).toEqual([
      {
        tenants: ['inherits'],
        changes: [{ field: 'temperature', from: 0.7, to: 0.2 }],
        patch: { temperature: 0.2 },
      },
      { tenants: ['owns'], changes: [], patch: {} },
    ]);
  });

  it('respects plan ceilings, also for values that a ceiling lowered before', () => {
    const plan = { defaults: {}, ceilings: { max_tokens: 1500 } };
    const lowered = aTenant(
      'lowered',
      {},
      { plan, settings: { ...defaultSettings, max_tokens: 1500 }, sources: { max_tokens: 'plan' } },
    );
    const [raised] = groupConfigurations([aTenant('a', {}, { plan })], {
      ...defaultSettings,
      max_tokens: 4000,
    });
    expect(raised!.patch).toEqual({ max_tokens: 1500 });
    expect(groupConfigurations([lowered], { ...defaultSettings, max_tokens: 4000 })[0]!.patch).toEqual({});
    expect(groupConfigurations([lowered], { ...defaultSettings, max_tokens: 1200 })[0]!.patch).toEqual({
      max_tokens: 1200,
    });
    const byPlan = { ...lowered, plan: { ...plan, defaults: { max_tokens: 1500 } } };
    expect(groupConfigurations([byPlan], { ...defaultSettings, max_tokens: 1200 })[0]!.patch).toEqual({});
  });

  it('replaces variables as a whole, also those that a lock overrides', () => {
    const locked = aTenant('a', {}, { own: { prompt_variables: { mine: 'x' } } });
    const [one] = groupConfigurations([locked], { ...defaultSettings, prompt_variables: { tone: 'calm' } });
    expect(one!.patch).toEqual({ prompt_variables: { mine: null, tone: 'calm' } });
  });
});
