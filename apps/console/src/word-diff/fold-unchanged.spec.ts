import { foldUnchanged, separateStrangers } from './fold-unchanged.js';

const long = 'word '.repeat(40).trim();

it('a long unchanged run keeps its beginning and its end beside the changes, and loses its middle', () => {
  const folded = foldUnchanged([
    { value: 'old', removed: true },
    { value: long },
    { value: 'new', added: true },
  ]);
  expect(folded[1]!.value).toBe(`${long.slice(0, 40).trimEnd()} … ${long.slice(-40).trimStart()}`);
});

it('an unchanged run before the first change keeps its end only, and after the last one its beginning only', () => {
  const [first, , last] = foldUnchanged([{ value: long }, { value: 'new', added: true }, { value: long }]);
  expect(first!.value).toBe(`… ${long.slice(-40).trimStart()}`);
  expect(last!.value).toBe(`${long.slice(0, 40).trimEnd()} …`);
});

it('the spaces between an unchanged run and a change stay', () => {
  const [first, , last] = foldUnchanged([
    { value: `${long} ` },
    { value: 'new', added: true },
    { value: ` ${long}` },
  ]);
  expect([first!.value.at(-1), last!.value.at(0)]).toEqual([' ', ' ']);
});

it('changed runs and short unchanged runs are whole', () => {
  const parts = [{ value: 'a short one' }, { value: long, added: true }];
  expect(foldUnchanged(parts)).toEqual(parts);
});

it('texts with hardly a word in common are shown one after the other', () => {
  const parts = [
    { value: 'Be', removed: true },
    { value: 'You answer the', added: true },
    { value: ' ' },
    { value: 'short', removed: true },
    { value: 'questions', added: true },
    { value: '. ' },
  ];
  expect(separateStrangers(parts)).toEqual([
    { value: 'Be short. ', removed: true },
    { value: ' ' },
    { value: 'You answer the questions. ', added: true },
  ]);
});

it('texts that share most words stay word by word', () => {
  const parts = [{ value: long }, { value: 'new', added: true }];
  expect(separateStrangers(parts)).toBe(parts);
});
