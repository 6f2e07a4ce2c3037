import fc from 'fast-check';
import type { PartialSettings } from '../src/definition/tenant-settings.js';

const arbitraryVariables = fc.dictionary(
  fc.stringMatching(/^v[a-z0-9_]{0,8}$/),
  fc.oneof(fc.string({ maxLength: 20 }), fc.integer(), fc.boolean()),
  { maxKeys: 5 },
);

/** Values of settings that break no rule of their own; the models are of the economy tier. */
const arbitraryValidValues = {
  model_name: fc.constantFrom('gpt-3.5-turbo', 'gpt-3.5-turbo-16k'),
  model_fallback: fc.constantFrom('gpt-3.5-turbo', 'gpt-3.5-turbo-16k', 'none'),
  temperature: fc.integer({ min: 0, max: 20 }).map((tenths) => tenths / 10),
  max_tokens: fc.integer({ min: 100, max: 2000 }),
  reasoning_effort: fc.constantFrom('default', 'none', 'high'),
  retrieval_top_k: fc.integer({ min: 1, max: 10 }),
  retrieval_alpha: fc.constantFrom(0, 0.25, 0.5, 1),
  rerank_top_n: fc.integer({ min: 1, max: 10 }),
  retrieval_min_score: fc.constantFrom(0, 0.1, 1),
  retrieval_language: fc.constantFrom('auto', 'de', 'zh'),
  prompt_variables: arbitraryVariables,
  ui_primary_color: fc.constantFrom('#000000', '#a1B2c3'),
  ui_logo_url: fc.constant('https://logo.example/a.svg'),
};

/** Some settings of a tenant. */
export const arbitraryOwnSettings: fc.Arbitrary<PartialSettings> = fc.record(arbitraryValidValues, {
  requiredKeys: [],
});

/** A merge patch of settings: values, and nulls that remove them. */
export const arbitraryPatch: fc.Arbitrary<Record<string, unknown>> = fc.record(
  Object.fromEntries(
    Object.entries(arbitraryValidValues).map(([name, value]) => [
      name,
      fc.option(value as fc.Arbitrary<unknown>, { freq: 3 }),
    ]),
  ),
  { requiredKeys: [] },
);
