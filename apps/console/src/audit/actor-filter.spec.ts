import { actorOf, distinctChoices, isActor, nameOfActor } from './actor-filter.js';

const choices = distinctChoices([
  { actor: 'key:1', name: 'CI' },
  { actor: 'key:2', name: 'reports' },
  { actor: 'key:3', name: 'Reports' },
  { actor: 'key:1', name: 'CI' },
]);

it('a name means its actor, in any case and with spaces around it', () => {
  expect(actorOf(' ci ', choices)).toBe('key:1');
  expect(nameOfActor('key:1', choices)).toBe('CI');
});

it('a name of two actors means neither: both are offered as the API names them', () => {
  expect(choices.map(({ name }) => name)).toEqual(['CI', 'key:2', 'key:3']);
  expect(actorOf('reports', choices)).toBe('reports');
});

it('a text that is neither a name nor an actor of the API is known as such', () => {
  expect(['key:1', 'jwt:ada@acme.example', 'db:postgres', 'operator', 'system', ''].every(isActor)).toBe(
    true,
  );
  expect(['Ada', 'key:', '4f1c2a9b7d3e5f60'].some(isActor)).toBe(false);
});
