import { PromptTemplate } from './prompt-template.js';
import { loadBenignPrompts } from '../../testing/benign-prompts.js';

const variables = { company: 'Meyer & Søn', tone: 'friendly', language: 'Polish' };

describe('PromptTemplate.compile with benign prompts', () => {
  it('gets 20 prompts in each of ten languages', () => {
    const languages = Map.groupBy(loadBenignPrompts(), ({ name }) => name.slice(0, 2));
    expect([...languages.values()].map((prompts) => prompts.length)).toEqual(
      Array.from({ length: 10 }, () => 20),
    );
  });

  it('accepts all of them', () => {
    const errors = loadBenignPrompts().flatMap(({ name, prompt }) =>
      PromptTemplate.compile(prompt, variables).errors.map(
        ({ rule, offset }) => `${name}: ${rule} at "${prompt.slice(offset, offset + 30)}"`,
      ),
    );
    expect(errors).toEqual([]);
  });
});
