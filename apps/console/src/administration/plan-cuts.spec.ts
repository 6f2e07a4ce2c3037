import { planCuts } from './plan-cuts.js';

const models = [
  { id: 'gpt-4', tier: 'premium' as const },
  { id: 'gpt-3.5-turbo', tier: 'economy' as const },
];
const pro = { ceilings: {}, allowed_tiers: ['economy', 'premium'], allowed_models: [] } as never;
const basic = { ceilings: { max_tokens: 2000 }, allowed_tiers: ['economy'], allowed_models: [] } as never;

it('a value above the ceiling of the new plan and a model that it does not include are cut', () => {
  const own = { max_tokens: 4000, model_name: 'gpt-4', model_fallback: 'none', temperature: 2 };
  expect(planCuts({ own, from: pro, to: basic, models })).toEqual([
    { field: 'max_tokens', value: 4000, rule: 'plan_ceiling', message: 'at most 2000' },
    { field: 'model_name', value: 'gpt-4', rule: 'plan_models', message: 'does not include this model' },
  ]);
});

it('what fits the new plan is not cut, and neither is what the plan of today cuts already', () => {
  expect(
    planCuts({ own: { max_tokens: 2000, model_name: 'gpt-3.5-turbo' }, from: pro, to: basic, models }),
  ).toEqual([]);
  expect(planCuts({ own: { max_tokens: 4000 }, from: basic, to: basic, models })).toEqual([]);
});
