import { actorText, ownNameOf } from './actor-text.js';

const known = {
  names: new Map([['key:4f1c2a9b7d3e5f60', 'CI']]),
  self: { actor: 'jwt:ada@acme.example', name: 'Ada' },
};

it('a session without a name is named by its key, as in every other place', () => {
  expect(ownNameOf({ actor: 'key:0000aaaa1111bbbb', name: null })).toBe('key 0000aaaa');
});

it.each([
  ['key:4f1c2a9b7d3e5f60', 'CI'],
  ['key:0000aaaa1111bbbb', 'key 0000aaaa'],
  ['jwt:ada@acme.example', 'Ada (you)'],
  ['jwt:bob', 'bob'],
  ['system', 'system'],
])('the actor %s is shown as %s', (actor, text) => expect(actorText(actor, known)).toBe(text));
