import { aPlan, someLayers } from '../../../settings/testing/settings-builders.js';
import { selectApplicableFlagValues } from './applicable-flag-values.js';

const model = 'rag-model-selection';
const topK = 'retrieval-top-k';
const temperature = 'llm-temperature';

describe('the values of feature flags', () => {
  it('become settings', () => {
    const values = { [model]: 'cool', [topK]: 20, [temperature]: 0 };
    expect(selectApplicableFlagValues(values, someLayers())).toEqual({
      overlay: { model_name: 'cool', retrieval_top_k: 20, temperature: 0 },
      ignored: [],
    });
  });

  it.each([
    [{ [topK]: 21 }, {}],
    [{ [topK]: 0 }, {}],
    [{ [topK]: 2.5 }, {}],
    [{ [temperature]: -0.1 }, {}],
    [{ [temperature]: 2.1 }, {}],
    [{ [temperature]: Number.POSITIVE_INFINITY }, {}],
    [{ [model]: 'no-such-model' }, {}],
    [{ [model]: 'x'.repeat(101) }, {}],
    [{ [model]: 'gpt-4' }, { plan: aPlan() }],
    [{ [model]: 'retired' }, {}],
    [{ [model]: 'none' }, {}],
    [{ [topK]: 11 }, { plan: aPlan({ ceilings: { retrieval_top_k: 10 } }) }],
    [{ [temperature]: 1.5 }, { own: { model_name: 'cool' } }],
    [{ [model]: 'cool' }, { own: { temperature: 1.5 } }],
    [{ [model]: 'terse' }, {}],
    [{ [topK]: 2 }, { own: { rerank_enabled: true, rerank_top_n: 3 } }],
  ])('are ignored where they break a rule: %j over %j', (values, layers) => {
    expect(selectApplicableFlagValues(values, someLayers(layers))).toEqual({
      overlay: {},
      ignored: Object.keys(values),
    });
  });

  it('are weighed together: what does not fit the tenant’s own model may fit the flag’s', () => {
    const layers = someLayers({ own: { model_name: 'cool' } });
    const values = { [model]: 'gpt-3.5-turbo', [temperature]: 1.5 };
    expect(selectApplicableFlagValues(values, layers)).toEqual({
      overlay: { model_name: 'gpt-3.5-turbo', temperature: 1.5 },
      ignored: [],
    });
  });

  it('lose as few as possible, the later flags first', () => {
    const values = { [model]: 'cool', [topK]: 7, [temperature]: 1.5 };
    expect(selectApplicableFlagValues(values, someLayers())).toEqual({
      overlay: { model_name: 'cool', retrieval_top_k: 7 },
      ignored: [temperature],
    });
  });

  it('leave alone what the plan locks, which is no fault of theirs', () => {
    const layers = someLayers({ plan: aPlan({ locked_settings: ['temperature'] }) });
    expect(selectApplicableFlagValues({ [temperature]: 0.1, [topK]: 7 }, layers)).toEqual({
      overlay: { retrieval_top_k: 7 },
      ignored: [],
    });
  });

  it('do not count a fault that the tenant had before and that they do not touch', () => {
    const layers = someLayers({ own: { model_name: 'cool', temperature: 1.5 } });
    expect(selectApplicableFlagValues({ [topK]: 7 }, layers).overlay).toEqual({ retrieval_top_k: 7 });
    expect(selectApplicableFlagValues({ [temperature]: 0.5 }, layers).overlay).toEqual({ temperature: 0.5 });
    expect(selectApplicableFlagValues({ [temperature]: 1.6 }, layers).ignored).toEqual([temperature]);
  });

  it('that nobody set are none', () => {
    expect(selectApplicableFlagValues({}, someLayers())).toEqual({ overlay: {}, ignored: [] });
  });
});
