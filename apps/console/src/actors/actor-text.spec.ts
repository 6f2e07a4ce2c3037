import { actorText } from './actor-text.js';

const known = {
  names: new Map([['key:4f1c2a9b7d3e5f60', 'CI']]),
  self: { actor: 'jwt:ada@acme.example', name: 'Ada' },
};

it.each([
  ['key:4f1c2a9b7d3e5f60', 'CI'],
  ['key:0000aaaa1111bbbb', 'key 0000aaaa'],
  ['jwt:ada@acme.example', 'Ada (you)'],
  ['jwt:bob', 'bob'],
  ['system', 'system'],
])('the actor %s is shown as %s', (actor, text) => expect(actorText(actor, known)).toBe(text));
