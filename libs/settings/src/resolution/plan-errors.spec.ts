import { aPlan, someLayers } from '../../testing/settings-builders.js';
import type { Plan } from '../definition/plan.js';
import { findModelReferences, findPlanErrors } from './plan-errors.js';

const { platform, catalogue } = someLayers();

function errorsOf(plan: Partial<Plan>): string[] {
  return findPlanErrors(aPlan(plan), { platform, catalogue }).map(({ field, rule }) => `${field}: ${rule}`);
}

describe('findPlanErrors', () => {
  it.each<[Partial<Plan>, string[]]>([
    [{ defaults: { temperature: 3 } }, ['defaults.temperature: max']],
    [{ defaults: { model_name: 'nobody' } }, ['defaults.model_name: enum']],
    [{ defaults: { model_name: 'gpt-4' } }, ['defaults.model_name: enum']],
    [
      { defaults: { max_tokens: 3000 }, ceilings: { max_tokens: 2000 } },
      ['defaults.max_tokens: plan_ceiling'],
    ],
    [{ defaults: { model_name: 'cool', temperature: 1.5 } }, ['defaults.temperature: model_range']],
    [
      { defaults: { system_prompt_template: 'Hello {nobody}' } },
      ['defaults.system_prompt_template: unknown_variable'],
    ],
    [{ defaults: { colour: 'red' } }, ['defaults.colour: unknown_field']],
    [{ locked_settings: ['surprise'] }, ['locked_settings: enum']],
    [{ allowed_tiers: ['cheap'] }, ['allowed_tiers: enum']],
    [{ allowed_models: ['nobody'] }, ['allowed_models: enum']],
    [{ ceilings: { model_name: 3 } }, ['ceilings.model_name: unknown_field']],
    [{ ceilings: { max_tokens: 5000 } }, ['ceilings.max_tokens: max']],
    [{ ceilings: { max_tokens: Number.NaN } }, ['ceilings.max_tokens: type']],
  ])('finds the errors of the plan %j', (plan, errors) => {
    expect(errorsOf(plan)).toEqual(errors);
  });

  it('lets a plan lower and lock what the platform’s defaults say', () => {
    expect(errorsOf({ ceilings: { max_tokens: 500 }, locked_settings: ['max_tokens'] })).toEqual([]);
    expect(errorsOf({ allowed_tiers: ['premium'], defaults: { model_name: 'grand' } })).toEqual([]);
  });

  it('returns at most 100 errors', () => {
    const locked_settings = Array.from({ length: 1000 }, (_, index) => `setting_${index}`);
    expect(errorsOf({ locked_settings })).toHaveLength(100);
  });
});

describe('findModelReferences', () => {
  const plans = [aPlan({ id: 'pro', defaults: { model_fallback: 'gpt-4' } }), aPlan()];

  it('names the settings of the platform’s defaults and of the plans that name the model', () => {
    expect(findModelReferences('gpt-3.5-turbo', { platform, plans })).toEqual([
      { plan: null, setting: 'model_name' },
      { plan: null, setting: 'model_fallback' },
    ]);
    expect(findModelReferences('gpt-4', { platform, plans })).toEqual([
      { plan: 'pro', setting: 'model_fallback' },
    ]);
    expect(findModelReferences('grand', { platform, plans })).toEqual([]);
  });
});
