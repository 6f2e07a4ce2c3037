import { PromptTemplate } from './prompt-template.js';
import { loadBenignPrompts } from '../../testing/benign-prompts.js';

const variables = { company: 'Meyer & Søn', tone: 'friendly', language: 'Polish' };

describe('200 honest prompts in ten languages', () => {
  it('are 20 in each of ten languages', () => {
    const languages = Map.groupBy(loadBenignPrompts(), ({ name }) => name.slice(0, 2));
    expect([...languages.values()].map((prompts) => prompts.length)).toEqual(
      Array.from({ length: 10 }, () => 20),
    );
  });

  it('are accepted but for the one that uses a listed word on its own', () => {
    const refused = loadBenignPrompts().flatMap(({ name, prompt }) =>
      PromptTemplate.compile(prompt, variables).errors.map(
        ({ rule, offset }) => `${name}: ${rule} at "${prompt.slice(offset, offset + 30)}"`,
      ),
    );
    expect(refused).toEqual(['en 17: suspicious at "disregard duplicates."']);
  });
});
