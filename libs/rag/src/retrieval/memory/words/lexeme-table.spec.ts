import fc from 'fast-check';
import { LexemeTable } from './lexeme-table.js';

describe('LexemeTable', () => {
  it('numbers distinct lexemes in the order of adding, and finds each again', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 12 }), { maxLength: 400 }), (lexemes) => {
        const table = new LexemeTable();
        const numbers = lexemes.map((lexeme) => table.findOrAdd(lexeme));
        const distinct = [...new Set(lexemes)];
        expect(numbers).toEqual(lexemes.map((lexeme) => distinct.indexOf(lexeme)));
        expect(table.size).toBe(distinct.length);
        expect(distinct.map((lexeme) => table.find(lexeme))).toEqual([...distinct.keys()]);
        expect([...distinct.keys()].map((number) => table.at(number))).toEqual(distinct);
      }),
    );
  });

  it('finds no lexeme that was not added', () => {
    const table = new LexemeTable();
    for (let number = 0; number < 5_000; number += 1) table.findOrAdd(`word${number}`);
    expect(['', 'word', 'word5000', 'Word1', '__proto__'].map((lexeme) => table.find(lexeme))).toEqual([
      -1, -1, -1, -1, -1,
    ]);
  });

  it('keeps 50,000 lexemes in less than two megabytes', () => {
    const table = new LexemeTable();
    for (let number = 0; number < 50_000; number += 1) table.findOrAdd(`word${number}`);
    expect(table.bytes).toBeLessThan(2_000_000);
  });
});
