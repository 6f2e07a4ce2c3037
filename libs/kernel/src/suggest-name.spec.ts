import { didYouMean, suggestName } from './suggest-name.js';

const names = [
  'model_name',
  'model_fallback',
  'temperature',
  'max_tokens',
  'retrieval_top_k',
  'retrieval_alpha',
  'rerank_enabled',
  'rerank_top_n',
  'system_prompt_template',
  'ui_primary_color',
  'ui_logo_url',
];

describe('suggestName', () => {
  it.each([
    ['temprature', 'temperature'],
    ['temperatur', 'temperature'],
    ['Temperature', 'temperature'],
    ['tempreature', 'temperature'],
    ['model', 'model_name'],
    ['modelName', 'model_name'],
    ['model-name', 'model_name'],
    ['modle_name', 'model_name'],
    ['maxTokens', 'max_tokens'],
    ['MAX_TOKENS', 'max_tokens'],
    ['max_token', 'max_tokens'],
    ['fallback', 'model_fallback'],
    ['top_k', 'retrieval_top_k'],
    ['topK', 'retrieval_top_k'],
    ['alpha', 'retrieval_alpha'],
    ['rerank', 'rerank_enabled'],
    ['system_prompt', 'system_prompt_template'],
    ['primary_color', 'ui_primary_color'],
    ['logo', 'ui_logo_url'],
  ])('suggestName finds for %s the name %s', (name, expected) => {
    expect(suggestName(name, names)).toBe(expected);
  });

  it.each(['colour', 'q', '', '___', '__proto__', 'x'.repeat(10_000), 'temperature'.repeat(10), '名前'])(
    'suggestName finds nothing for %s',
    (name) => {
      expect(suggestName(name, names)).toBeNull();
    },
  );

  it('suggestName finds nothing among no names', () => {
    expect(suggestName('temperature', [])).toBeNull();
  });
});

describe('didYouMean', () => {
  it('didYouMean asks for the name that was probably meant, and is empty otherwise', () => {
    expect(didYouMean('temprature', names)).toBe(' Did you mean "temperature"?');
    expect(didYouMean('colour', names)).toBe('');
  });
});
