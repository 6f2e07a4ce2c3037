import { matches, readCommand, readId, readValue } from './command.js';

describe('readCommand', () => {
  it.each([
    ['set temperature 0.2', { kind: 'set', setting: 'temperature', text: '0.2' }],
    [
      'Set system_prompt Answer in one line',
      { kind: 'set', setting: 'system_prompt', text: 'Answer in one line' },
    ],
    ['undo', { kind: 'undo', tenantId: null }],
    ['undo last change', { kind: 'undo', tenantId: null }],
    ['undo acme-law', { kind: 'undo', tenantId: 'acme-law' }],
    [' suspend  acme-law ', { kind: 'suspend', tenantId: 'acme-law' }],
    ['activate acme-law', { kind: 'activate', tenantId: 'acme-law' }],
    ['why retrieval_top_k', { kind: 'why', setting: 'retrieval_top_k' }],
  ])('"%s" is an act', (text, command) => {
    expect(readCommand(text)).toEqual(command);
  });

  it.each(['', 'acme', 'set temperature', 'why', 'suspend', 'settings'])('"%s" is a search', (text) => {
    expect(readCommand(text)).toBeNull();
  });
});

describe('readValue', () => {
  it.each([
    ['0.2', ['number'], 0.2],
    ['10', ['integer', 'null'], 10],
    ['off', ['boolean'], false],
    ['yes', ['boolean'], true],
    ['gpt-4', ['string'], 'gpt-4'],
    ['4', ['string'], '4'],
    ['reset', ['number'], null],
    ['a lot', ['number'], 'a lot'],
  ])('"%s" for %j becomes %j', (text, types, value) => {
    expect(readValue(text, types)).toBe(value);
  });
});

it.each([
  [' 4f1c2a9b7d3e5f604f1c2a9b7d3e5f60', '4f1c2a9b7d3e5f604f1c2a9b7d3e5f60'],
  ['4f1c2a9b7d3e5f60', '4f1c2a9b7d3e5f60'],
  ['key:4f1c2a9b7d3e5f60', '4f1c2a9b7d3e5f60'],
  ['acme-law', null],
])('"%s" has the id %s', (text, id) => {
  expect(readId(text)).toBe(id);
});

it('a search matches when each of its words is in one of the texts', () => {
  expect(matches('top ret', 'retrieval_top_k', 'Chunks')).toBe(true);
  expect(matches('top x', 'retrieval_top_k')).toBe(false);
});
