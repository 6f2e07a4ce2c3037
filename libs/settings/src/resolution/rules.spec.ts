import { aPlan, initialSettings, someLayers } from '../../testing/settings-builders.js';
import { findConfigurationErrors, findChangeErrors } from './rules.js';
import { findValueErrors } from '../definition/find-value-errors.js';

const fieldsAndRules = (faults: readonly { field: string; rule: string }[]) =>
  faults.map(({ field, rule }) => `${field}: ${rule}`);
const manyVariables = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`v${at}`, at]));
const domain = (length: number) =>
  `${'a'.repeat(length - 10)}.b.c.d.com`.replace(/a{60}/g, `${'a'.repeat(59)}.`);

/** Both sides of every bound of specification §2. */
const fine: Record<string, unknown[]> = {
  model_name: ['a', 'x'.repeat(100)],
  model_fallback: ['none', 'gpt-4o'],
  temperature: [0, 0.001, 2],
  max_tokens: [100, 4000],
  retrieval_top_k: [1, 20],
  retrieval_alpha: [0, 0.5, 1],
  rerank_enabled: [true, false],
  rerank_top_n: [1, 10],
  system_prompt_template: ['', 'x'.repeat(2000), '😀'.repeat(2000)],
  prompt_variables: [{}, { _: '', a1_b: 0, c: false }, manyVariables(50)],
  ui_primary_color: ['#000000', '#abCDef'],
  ui_logo_url: [null, 'https://a.example', `https://a.example/${'x'.repeat(482)}`],
  custom_domain: [null, 'a.example', 'xn--a-b.c-d.example', domain(253)],
  max_queries_per_day: [100, 100_000],
  max_documents: [100, 1_000_000],
  monthly_budget_usd: [0, 0.5, 1_000_000, 'unlimited'],
};

const faulty: [name: string, value: unknown, rule: string][] = [
  ['model_name', '', 'min'],
  ['model_name', 'x'.repeat(101), 'max_length'],
  ['model_name', null, 'type'],
  ['model_fallback', 3, 'type'],
  ['temperature', -0.001, 'min'],
  ['temperature', 2.001, 'max'],
  ['temperature', '1', 'type'],
  ['temperature', Number.NaN, 'type'],
  ['temperature', JSON.parse('1e400'), 'type'],
  ['max_tokens', 99, 'min'],
  ['max_tokens', 4001, 'max'],
  ['max_tokens', 100.5, 'type'],
  ['retrieval_top_k', 0, 'min'],
  ['retrieval_top_k', 21, 'max'],
  ['retrieval_alpha', -0.1, 'min'],
  ['retrieval_alpha', 1.1, 'max'],
  ['rerank_enabled', 'true', 'type'],
  ['rerank_enabled', 1, 'type'],
  ['rerank_top_n', 0, 'min'],
  ['rerank_top_n', 11, 'max'],
  ['system_prompt_template', 'x'.repeat(2001), 'max_length'],
  ['system_prompt_template', 'a\0b', 'pattern'],
  ['system_prompt_template', 'a\ud800b', 'pattern'],
  ['prompt_variables', [], 'type'],
  ['prompt_variables', 'x', 'type'],
  ['prompt_variables', manyVariables(51), 'too_many'],
  ['prompt_variables', { a: 'x'.repeat(8192) }, 'max_length'],
  ['ui_primary_color', '#00000', 'pattern'],
  ['ui_primary_color', '#0000000', 'pattern'],
  ['ui_primary_color', '#00000g', 'pattern'],
  ['ui_primary_color', '#000000\n', 'pattern'],
  ['ui_logo_url', 'http://a.example', 'pattern'],
  ['ui_logo_url', 'javascript:alert(1)', 'pattern'],
  ['ui_logo_url', 'https://user@a.example', 'pattern'],
  ['ui_logo_url', `https://a.example/${'x'.repeat(483)}`, 'max_length'],
  ['custom_domain', 'localhost', 'pattern'],
  ['custom_domain', 'A.example', 'pattern'],
  ['custom_domain', '-a.example', 'pattern'],
  ['custom_domain', 'a.example/path', 'pattern'],
  ['custom_domain', '127.0.0.1', 'pattern'],
  ['max_queries_per_day', 99, 'min'],
  ['max_queries_per_day', 100_001, 'max'],
  ['max_documents', 99, 'min'],
  ['max_documents', 1_000_001, 'max'],
  ['monthly_budget_usd', -1, 'min'],
  ['monthly_budget_usd', 1_000_001, 'max'],
  ['monthly_budget_usd', 'Unlimited', 'enum'],
  ['monthly_budget_usd', true, 'type'],
];

describe('the value of a setting', () => {
  it.each(Object.entries(fine))('is accepted within its bounds: %s', (name, values) => {
    expect(values.flatMap((value) => findValueErrors({ [name]: value }))).toEqual([]);
  });

  it.each(faulty)('is refused: %s = %j breaks %s', (name, value, rule) => {
    expect(fieldsAndRules(findValueErrors({ [name]: value }))).toEqual([`${name}: ${rule}`]);
  });

  it('is told with its bounds', () => {
    expect(findValueErrors({ temperature: 3 })).toEqual([
      {
        field: 'temperature',
        rule: 'max',
        value: 3,
        min: 0,
        max: 2,
        message: expect.stringContaining('2') as string,
      },
    ]);
  });

  it.each(['context', 'question', 'Tone', '1a', 'a-b', '', 'é'])(
    'refuses a prompt variable named %j',
    (name) => {
      expect(fieldsAndRules(findValueErrors({ prompt_variables: { [name]: 'x' } }))).toEqual([
        `prompt_variables.${name}: pattern`,
      ]);
    },
  );

  it.each([[null], [[]], [{}], [Number.POSITIVE_INFINITY]])(
    'refuses a prompt variable that is %j',
    (value) => {
      expect(fieldsAndRules(findValueErrors({ prompt_variables: { tone: value } }))).toEqual([
        'prompt_variables.tone: type',
      ]);
    },
  );

  it('is refused with all the others at once', () => {
    const faults = findValueErrors({
      temperature: 3,
      max_tokens: 1,
      prompt_variables: { a: null },
      unheard: 1,
    });
    expect(fieldsAndRules(faults).toSorted()).toEqual([
      'max_tokens: min',
      'prompt_variables.a: type',
      'temperature: max',
      'unheard: unknown_field',
    ]);
  });
});

describe('a configuration as a whole', () => {
  const faultsOf = (layers: Parameters<typeof someLayers>[0]) => findConfigurationErrors(someLayers(layers));

  it('has no fault when nothing is set', () => {
    expect(faultsOf({})).toEqual([]);
  });

  it.each([
    ['gpt-4', 'plan'],
    ['retired', 'retired'],
    ['unheard-of', 'catalogue'],
    ['none', 'catalogue'],
  ])('refuses the model %s and lists those that may be chosen', (model_name, why) => {
    const allowed = ['gpt-3.5-turbo', 'cool', 'terse', 'fixed', 'deprecated'];
    expect(faultsOf({ own: { model_name } })).toEqual([
      {
        field: 'model_name',
        rule: 'enum',
        value: model_name,
        allowed,
        message: expect.stringContaining(why) as string,
      },
    ]);
  });

  it('takes "none" and any model of the plan as the fallback', () => {
    expect(faultsOf({ own: { model_fallback: 'none' } })).toEqual([]);
    const [fault] = faultsOf({ own: { model_fallback: 'gpt-4' } });
    expect(fault).toMatchObject({
      field: 'model_fallback',
      rule: 'enum',
      allowed: expect.arrayContaining(['none', 'cool']) as unknown,
    });
  });

  it('keeps to the temperatures of its model', () => {
    expect(faultsOf({ own: { model_name: 'cool', temperature: 1 } })).toEqual([]);
    expect(faultsOf({ own: { model_name: 'fixed', temperature: 1.7 } })).toEqual([]);
    expect(faultsOf({ own: { model_name: 'cool', temperature: 1.1 } })).toEqual([
      {
        field: 'temperature',
        rule: 'model_range',
        value: 1.1,
        min: 0,
        max: 1,
        message: expect.any(String) as string,
      },
    ]);
  });

  it('keeps to the temperatures of its model with one that it inherits', () => {
    const platform = { ...initialSettings(), temperature: 1.5 };
    expect(fieldsAndRules(faultsOf({ platform, own: { model_name: 'cool' } }))).toEqual([
      'temperature: model_range',
    ]);
  });

  it('asks no more tokens than its model gives', () => {
    expect(fieldsAndRules(faultsOf({ own: { model_name: 'terse', max_tokens: 500 } }))).toEqual([]);
    expect(fieldsAndRules(faultsOf({ own: { model_name: 'terse', max_tokens: 501 } }))).toEqual([
      'max_tokens: model_range',
    ]);
  });

  it('stays below the ceilings of its plan', () => {
    const plan = aPlan({ ceilings: { max_tokens: 2000, retrieval_top_k: 10 } });
    expect(faultsOf({ plan, own: { max_tokens: 2000, retrieval_top_k: 10 } })).toEqual([]);
    expect(faultsOf({ plan, own: { max_tokens: 2001, retrieval_top_k: 11 } })).toMatchObject([
      { field: 'max_tokens', rule: 'plan_ceiling', value: 2001, max: 2000 },
      { field: 'retrieval_top_k', rule: 'plan_ceiling', value: 11, max: 10 },
    ]);
  });

  it('reranks to no more chunks than it retrieves, and names each field that takes part', () => {
    const own = { retrieval_top_k: 2, rerank_top_n: 3 };
    expect(faultsOf({ own })).toEqual([]);
    expect(faultsOf({ own: { ...own, rerank_top_n: 2, rerank_enabled: true } })).toEqual([]);
    expect(fieldsAndRules(faultsOf({ own: { ...own, rerank_enabled: true } })).toSorted()).toEqual([
      'rerank_enabled: combination',
      'rerank_top_n: combination',
      'retrieval_top_k: combination',
    ]);
  });

  it('knows every name that its template uses', () => {
    const own = { system_prompt_template: 'Be {tone}. {context}' };
    expect(fieldsAndRules(faultsOf({ own }))).toEqual(['system_prompt_template: unknown_variable']);
    expect(faultsOf({ own: { ...own, prompt_variables: { tone: 'kind' } } })).toEqual([]);
  });

  it('lists every fault at once', () => {
    const own = {
      model_name: 'cool',
      model_fallback: 'grand',
      temperature: 2,
      rerank_enabled: true,
      retrieval_top_k: 1,
      system_prompt_template: '{tone',
    };
    expect(new Set(faultsOf({ own }).map(({ rule }) => rule))).toEqual(
      new Set(['enum', 'model_range', 'combination', 'template_syntax']),
    );
  });
});

describe('a change', () => {
  const plan = aPlan({ ceilings: { max_tokens: 500 } });
  const before = someLayers({ plan, own: { max_tokens: 900, model_name: 'retired' } });
  const faultsOf = (own: object) =>
    fieldsAndRules(
      findChangeErrors(before, { ...before, own: { ...before.own, ...own } }, new Set(Object.keys(own))),
    );

  it('is not blocked by old faults that it does not touch', () => {
    expect(faultsOf({ temperature: 0 })).toEqual([]);
  });

  it('is refused for an old fault that it touches and leaves', () => {
    expect(faultsOf({ max_tokens: 900 })).toEqual(['max_tokens: plan_ceiling']);
    expect(faultsOf({ model_name: 'retired' })).toEqual(['model_name: enum']);
  });

  it('may mend one fault and leave the other', () => {
    expect(faultsOf({ max_tokens: 500 })).toEqual([]);
  });

  it('is refused for a fault that it brings into a setting that it does not touch', () => {
    const hot = someLayers({ own: { temperature: 1.5 } });
    const after = { ...hot, own: { ...hot.own, model_name: 'cool' } };
    expect(fieldsAndRules(findChangeErrors(hot, after, new Set(['model_name'])))).toEqual([
      'temperature: model_range',
    ]);
  });

  it('is refused when what shows below a removed setting is a fault', () => {
    const platform = { ...initialSettings(), temperature: 1.5 };
    const mild = someLayers({ platform, own: { model_name: 'cool', temperature: 0.5 } });
    const after = { ...mild, own: { model_name: 'cool' } };
    expect(fieldsAndRules(findChangeErrors(mild, after, new Set(['temperature'])))).toEqual([
      'temperature: model_range',
    ]);
  });

  it('is refused when it takes away a variable that the template uses', () => {
    const own = { system_prompt_template: 'Be {tone}.', prompt_variables: { tone: 'kind' } };
    const spoken = someLayers({ own });
    const after = { ...spoken, own: { ...own, prompt_variables: {} } };
    expect(fieldsAndRules(findChangeErrors(spoken, after, new Set(['prompt_variables'])))).toEqual([
      'system_prompt_template: unknown_variable',
    ]);
  });
});
