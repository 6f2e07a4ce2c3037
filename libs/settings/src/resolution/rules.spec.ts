import { aPlan, initialSettings, someLayers } from '../../testing/settings-builders.js';
import { findConfigurationErrors, findChangeErrors } from './rules.js';
import { findValueErrors } from '../definition/find-value-errors.js';

const fieldsAndRules = (errors: readonly { field: string; rule: string }[]) =>
  errors.map(({ field, rule }) => `${field}: ${rule}`);
const manyVariables = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`v${at}`, at]));
const domain = (length: number) =>
  `${'a'.repeat(length - 10)}.b.c.d.com`.replace(/a{60}/g, `${'a'.repeat(59)}.`);

/** Both sides of every bound of specification §2. */
const validValues: Record<string, unknown[]> = {
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

const invalidValues: [name: string, value: unknown, rule: string][] = [
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
  ['ui_logo_url', 'https://x/"><script>', 'pattern'],
  ['ui_logo_url', 'https://x/\u202egvs.exe', 'pattern'],
  ['ui_logo_url', "https://x/'onerror='alert(1)", 'pattern'],
  ['ui_logo_url', 'https://x/a\\b', 'pattern'],
  ['ui_logo_url', 'https://x/`', 'pattern'],
  ['ui_logo_url', 'https://x/a b', 'pattern'],
  ['ui_logo_url', 'https://x/%zz', 'pattern'],
  ['ui_logo_url', 'https://bücher.example/', 'pattern'],
  ['ui_logo_url', 'https://x:y@z/', 'pattern'],
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

describe('findValueErrors', () => {
  it.each(Object.entries(validValues))('accepts every value of %s within its bounds', (name, values) => {
    expect(values.flatMap((value) => findValueErrors({ [name]: value }))).toEqual([]);
  });

  it.each(invalidValues)('refuses %s = %j with the rule %s', (name, value, rule) => {
    expect(fieldsAndRules(findValueErrors({ [name]: value }))).toEqual([`${name}: ${rule}`]);
  });

  it('names the bounds of the setting in the error', () => {
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

  it('lists every error at once', () => {
    const errors = findValueErrors({
      temperature: 3,
      max_tokens: 1,
      prompt_variables: { a: null },
      unknown: 1,
    });
    expect(fieldsAndRules(errors).toSorted()).toEqual([
      'max_tokens: min',
      'prompt_variables.a: type',
      'temperature: max',
      'unknown: unknown_field',
    ]);
  });
});

describe('findConfigurationErrors', () => {
  const errorsOf = (layers: Parameters<typeof someLayers>[0]) => findConfigurationErrors(someLayers(layers));

  it('returns no error when the tenant set nothing', () => {
    expect(errorsOf({})).toEqual([]);
  });

  it.each([
    ['gpt-4', 'plan'],
    ['retired', 'retired'],
    ['unheard-of', 'catalogue'],
    ['none', 'catalogue'],
  ])('refuses the model %s and lists the allowed models', (model_name, why) => {
    const allowed = ['gpt-3.5-turbo', 'cool', 'terse', 'fixed', 'deprecated'];
    expect(errorsOf({ own: { model_name } })).toEqual([
      {
        field: 'model_name',
        rule: 'enum',
        value: model_name,
        allowed,
        message: expect.stringContaining(why) as string,
      },
    ]);
  });

  it('accepts "none" and every model of the plan as the fallback', () => {
    expect(errorsOf({ own: { model_fallback: 'none' } })).toEqual([]);
    const [error] = errorsOf({ own: { model_fallback: 'gpt-4' } });
    expect(error).toMatchObject({
      field: 'model_fallback',
      rule: 'enum',
      allowed: expect.arrayContaining(['none', 'cool']) as unknown,
    });
  });

  it('refuses a temperature that the model does not accept', () => {
    expect(errorsOf({ own: { model_name: 'cool', temperature: 1 } })).toEqual([]);
    expect(errorsOf({ own: { model_name: 'fixed', temperature: 1.7 } })).toEqual([]);
    expect(errorsOf({ own: { model_name: 'cool', temperature: 1.1 } })).toEqual([
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

  it('refuses an inherited temperature that the model does not accept', () => {
    const platform = { ...initialSettings(), temperature: 1.5 };
    expect(fieldsAndRules(errorsOf({ platform, own: { model_name: 'cool' } }))).toEqual([
      'temperature: model_range',
    ]);
  });

  it('refuses max_tokens above the output limit of the model', () => {
    expect(fieldsAndRules(errorsOf({ own: { model_name: 'terse', max_tokens: 500 } }))).toEqual([]);
    expect(fieldsAndRules(errorsOf({ own: { model_name: 'terse', max_tokens: 501 } }))).toEqual([
      'max_tokens: model_range',
    ]);
  });

  it('refuses values above the ceilings of the plan', () => {
    const plan = aPlan({ ceilings: { max_tokens: 2000, retrieval_top_k: 10 } });
    expect(errorsOf({ plan, own: { max_tokens: 2000, retrieval_top_k: 10 } })).toEqual([]);
    expect(errorsOf({ plan, own: { max_tokens: 2001, retrieval_top_k: 11 } })).toMatchObject([
      { field: 'max_tokens', rule: 'plan_ceiling', value: 2001, max: 2000 },
      { field: 'retrieval_top_k', rule: 'plan_ceiling', value: 11, max: 10 },
    ]);
  });

  it('refuses to rerank to more chunks than are retrieved, and names each field of the combination', () => {
    const own = { retrieval_top_k: 2, rerank_top_n: 3 };
    expect(errorsOf({ own })).toEqual([]);
    expect(errorsOf({ own: { ...own, rerank_top_n: 2, rerank_enabled: true } })).toEqual([]);
    expect(fieldsAndRules(errorsOf({ own: { ...own, rerank_enabled: true } })).toSorted()).toEqual([
      'rerank_enabled: combination',
      'rerank_top_n: combination',
      'retrieval_top_k: combination',
    ]);
  });

  it('refuses a template with a variable that has no value', () => {
    const own = { system_prompt_template: 'Be {tone}. {context}' };
    expect(fieldsAndRules(errorsOf({ own }))).toEqual(['system_prompt_template: unknown_variable']);
    expect(errorsOf({ own: { ...own, prompt_variables: { tone: 'kind' } } })).toEqual([]);
  });

  it('lists every error at once', () => {
    const own = {
      model_name: 'cool',
      model_fallback: 'grand',
      temperature: 2,
      rerank_enabled: true,
      retrieval_top_k: 1,
      system_prompt_template: '{tone',
    };
    expect(new Set(errorsOf({ own }).map(({ rule }) => rule))).toEqual(
      new Set(['enum', 'model_range', 'combination', 'template_syntax']),
    );
  });
});

describe('findChangeErrors', () => {
  const plan = aPlan({ ceilings: { max_tokens: 500 } });
  const before = someLayers({ plan, own: { max_tokens: 900, model_name: 'retired' } });
  const errorsOf = (own: object) =>
    fieldsAndRules(
      findChangeErrors(before, { ...before, own: { ...before.own, ...own } }, new Set(Object.keys(own))),
    );

  it('ignores existing errors in settings that the change does not touch', () => {
    expect(errorsOf({ temperature: 0 })).toEqual([]);
  });

  it('returns an existing error if the change touches its setting and does not correct it', () => {
    expect(errorsOf({ max_tokens: 900 })).toEqual(['max_tokens: plan_ceiling']);
    expect(errorsOf({ model_name: 'retired' })).toEqual(['model_name: enum']);
  });

  it('accepts a change that corrects one error and leaves another', () => {
    expect(errorsOf({ max_tokens: 500 })).toEqual([]);
  });

  it('returns an error that the change causes in a setting that it does not touch', () => {
    const hot = someLayers({ own: { temperature: 1.5 } });
    const after = { ...hot, own: { ...hot.own, model_name: 'cool' } };
    expect(fieldsAndRules(findChangeErrors(hot, after, new Set(['model_name'])))).toEqual([
      'temperature: model_range',
    ]);
  });

  it('returns an error of the inherited value when the change removes the own value', () => {
    const platform = { ...initialSettings(), temperature: 1.5 };
    const mild = someLayers({ platform, own: { model_name: 'cool', temperature: 0.5 } });
    const after = { ...mild, own: { model_name: 'cool' } };
    expect(fieldsAndRules(findChangeErrors(mild, after, new Set(['temperature'])))).toEqual([
      'temperature: model_range',
    ]);
  });

  it('returns an error when the change removes a variable that the template uses', () => {
    const own = { system_prompt_template: 'Be {tone}.', prompt_variables: { tone: 'kind' } };
    const base = someLayers({ own });
    const after = { ...base, own: { ...own, prompt_variables: {} } };
    expect(fieldsAndRules(findChangeErrors(base, after, new Set(['prompt_variables'])))).toEqual([
      'system_prompt_template: unknown_variable',
    ]);
  });
});
