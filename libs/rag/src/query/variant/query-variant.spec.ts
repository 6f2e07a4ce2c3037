import type { CompiledConfiguration } from '#config';
import { NotFoundError } from '#kernel';
import type { Plan } from '#settings';
import { aModel } from '../../../testing/llm/llm-builders.js';
import { aConfiguration, aTemplate } from '../../../testing/query/query-builders.js';
import { neverAborted, queryFixture } from '../../../testing/query/query-fixture.js';
import { type QueryVariant, applyVariant, callableModels } from './query-variant.js';

const [small, large, premium, old] = [
  aModel({ id: 'small' }),
  aModel({ id: 'large' }),
  aModel({ id: 'premium', tier: 'premium' }),
  aModel({ id: 'old', state: 'retired' }),
];
const rollout = { id: 'r1', arm: 'treatment' } as CompiledConfiguration['rollout'];

function configured(overrides: Partial<CompiledConfiguration> = {}, plan: Partial<Plan> = {}) {
  const catalogue = new Map([small, large, premium, old].map((model) => [model.id, model]));
  const inputs = {
    catalogue,
    plan: { allowed_tiers: ['standard'], allowed_models: [], locked_settings: [], ...plan },
  };
  return aConfiguration({ model: small, rollout, inputs: inputs as never, ...overrides });
}

function render(variant: QueryVariant, template = aTemplate()) {
  const { template: varied } = applyVariant(configured({ template }), variant);
  return varied.render({ context: '', question: 'Why?' });
}

const idsOf = (configuration: CompiledConfiguration): string[] =>
  callableModels(configuration).map(({ id }) => id);

describe('callableModels', () => {
  it('lists the models of the plan that are not retired', () => {
    expect(idsOf(configured())).toEqual(['small', 'large']);
  });

  it('lists the configured model, also one that the plan has no longer', () => {
    expect(idsOf(configured({ model: premium }))).toEqual(['premium', 'small', 'large']);
  });

  it('lists only the configured model where the plan locks model_name', () => {
    expect(idsOf(configured({}, { locked_settings: ['model_name'] }))).toEqual(['small']);
  });
});

describe('applyVariant', () => {
  it('takes the model for this call, which then counts for no rollout', () => {
    const { model, rollout: arm } = applyVariant(configured(), { model: 'large' });
    expect([model, arm]).toEqual([large, null]);
  });

  it.each(['premium', 'old', 'nothing'])('refuses the model %s, which the tenant may not choose', (model) => {
    expect(() => applyVariant(configured(), { model })).toThrow(NotFoundError);
  });

  it('keeps the model and the rollout of a call that only adds instructions', () => {
    const { model, rollout: arm } = applyVariant(configured(), { instructions: 'Be brief.' });
    expect([model, arm]).toEqual([small, rollout]);
  });

  it("adds instructions behind the tenant's system message", () => {
    expect(render({ instructions: 'Be brief.' })).toEqual({
      system: 'Answer from the context.\n\nBe brief.',
      user: 'Why?',
    });
  });

  it('adds instructions behind a template that is the user message, where they outrank nothing', () => {
    expect(render({ instructions: 'Be brief.' }, aTemplate('Only Danish. {question}'))).toEqual({
      system: '',
      user: 'Only Danish. Why?\n\nBe brief.',
    });
  });

  it('sends the prompt of a task without the template', () => {
    expect(render({ isTask: true })).toEqual({ system: '', user: 'Why?' });
    expect(render({ isTask: true, instructions: 'In JSON.' })).toEqual({ system: 'In JSON.', user: 'Why?' });
  });
});

describe('QueryService.answer with a task', () => {
  it('searches no document, and says so', async () => {
    const { queries, retriever } = queryFixture({ configuration: configured() });
    const input = { tenantId: 'acme-law', subject: 'ann', question: 'A title?', variant: { isTask: true } };
    const { response } = await queries.answer(input, neverAborted);
    expect(retriever.inputs).toEqual([]);
    expect(response).toMatchObject({
      sources: [],
      degraded: [{ stage: 'retrieve', reason: expect.stringContaining('task') }],
    });
  });
});
