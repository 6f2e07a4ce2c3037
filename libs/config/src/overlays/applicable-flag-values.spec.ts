import { aPlan, someLayers } from '../../../settings/testing/settings-builders.js';
import { selectApplicableFlagValues } from './applicable-flag-values.js';

const model = 'rag-model-selection';
const topK = 'retrieval-top-k';
const temperature = 'llm-temperature';

describe('selectApplicableFlagValues', () => {
  it('turns the values of flags into settings', () => {
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
  ])('ignores values that break a rule: %j over %j', (values, layers) => {
    expect(selectApplicableFlagValues(values, someLayers(layers))).toEqual({
      overlay: {},
      ignored: Object.keys(values),
    });
  });

  it('checks the values together: a value that does not fit the tenant’s model may fit the flag’s model', () => {
    const layers = someLayers({ own: { model_name: 'cool' } });
    const values = { [model]: 'gpt-3.5-turbo', [temperature]: 1.5 };
    expect(selectApplicableFlagValues(values, layers)).toEqual({
      overlay: { model_name: 'gpt-3.5-turbo', temperature: 1.5 },
      ignored: [],
    });
  });

  it('ignores as few values as possible, and later flags first', () => {
    const values = { [model]: 'cool', [topK]: 7, [temperature]: 1.5 };
    expect(selectApplicableFlagValues(values, someLayers())).toEqual({
      overlay: { model_name: 'cool', retrieval_top_k: 7 },
      ignored: [temperature],
    });
  });

  it('leaves a locked setting alone, and does not count its flag as ignored', () => {
    const layers = someLayers({ plan: aPlan({ locked_settings: ['temperature'] }) });
    expect(selectApplicableFlagValues({ [temperature]: 0.1, [topK]: 7 }, layers)).toEqual({
      overlay: { retrieval_top_k: 7 },
      ignored: [],
    });
  });

  it('accepts values when the tenant already had an unrelated error', () => {
    const layers = someLayers({ own: { model_name: 'cool', temperature: 1.5 } });
    expect(selectApplicableFlagValues({ [topK]: 7 }, layers).overlay).toEqual({ retrieval_top_k: 7 });
    expect(selectApplicableFlagValues({ [temperature]: 0.5 }, layers).overlay).toEqual({ temperature: 0.5 });
    expect(selectApplicableFlagValues({ [temperature]: 1.6 }, layers).ignored).toEqual([temperature]);
  });

  it('returns no settings when no flag has a value', () => {
    expect(selectApplicableFlagValues({}, someLayers())).toEqual({ overlay: {}, ignored: [] });
  });
});
