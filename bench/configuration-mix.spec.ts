import { PromptTemplate } from '#settings';
import { mixedSettings, promptBytes, variableBytes } from './configuration-mix.js';

const thousand = Array.from({ length: 1_000 }, (_, index) => mixedSettings(index + 1));
const prompts = thousand.flatMap(({ system_prompt_template: prompt }) => prompt ?? []);
const variables = thousand.flatMap(({ prompt_variables: each }) => (each ? [each] : []));

describe('mixedSettings', () => {
  it('sets a prompt for 30 % of the tenants and variables for 10 %', () => {
    expect([prompts.length, variables.length]).toEqual([300, 100]);
  });

  it('makes prompts and variables of the published size', () => {
    expect(new Set(prompts.map((prompt) => Buffer.byteLength(prompt)))).toEqual(new Set([promptBytes]));
    expect(new Set(variables.map((each) => Buffer.byteLength(JSON.stringify(each))))).toEqual(
      new Set([variableBytes]),
    );
  });

  it('shares no text between tenants', () => {
    expect(new Set(prompts).size).toBe(prompts.length);
    expect(new Set(variables.map((each) => JSON.stringify(each))).size).toBe(variables.length);
  });

  it('makes prompts that compile', () => {
    expect(prompts.flatMap((prompt) => PromptTemplate.compile(prompt, {}).errors)).toEqual([]);
  });

  it('makes values within the bounds of the settings', () => {
    for (const {
      temperature,
      max_tokens: tokens,
      retrieval_top_k: topK,
      ui_primary_color: color,
    } of thousand) {
      expect(temperature! >= 0 && temperature! <= 1).toBe(true);
      expect(tokens! >= 100 && tokens! <= 4_000).toBe(true);
      expect(topK! >= 1 && topK! <= 20).toBe(true);
      expect(color).toMatch(/^#[0-9a-f]{6}$/);
    }
  });
});
