import { completeName } from './name-completion.js';

const names = ['context', 'question', 'colour'];

describe('The completion of a name', () => {
  it.each([
    ['Be {', { from: 3, names }],
    ['Be {CO', { from: 3, names: ['context', 'colour'] }],
    ['{question} {q', { from: 11, names: ['question'] }],
  ])('after %j, a completion names what may follow', (text, found) =>
    expect(completeName(text, text.length, names)).toEqual(found),
  );

  it.each(['', 'Be', '{question}', '{x', '{{co', '{co lour'])(
    'after %j, a completion names nothing',
    (text) => expect(completeName(text, text.length, names)).toBeNull(),
  );

  it('a completion looks only at what is before the caret', () => {
    expect(completeName('Be {co} kind', 5, names)?.from).toBe(3);
  });
});
