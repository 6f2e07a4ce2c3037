import fc from 'fast-check';
import { JsonShape } from './json-shape.js';

const refusalOf = (...chunks: string[]): string | null => {
  const shape = new JsonShape();
  return chunks.reduce<string | null>((found, chunk) => found ?? shape.read(Buffer.from(chunk)), null);
};
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const list = (length: number): string => `[${Array.from({ length }, () => '1').join()}]`;

describe('JsonShape', () => {
  it.each([
    '',
    '{}',
    nested(64),
    list(20_000),
    JSON.stringify({ text: '[{'.repeat(50_000) }),
    JSON.stringify({ text: '\\",[{'.repeat(50_000) }),
  ])('JsonShape accepts a text with few values and levels', (text) => {
    expect(refusalOf(text)).toBeNull();
  });

  it.each([
    ['65 levels of lists', nested(65)],
    ['65 levels that never end', '['.repeat(65)],
    ['65 levels of objects', '{"a":'.repeat(65)],
    ['levels after an escaped quote', `{"a\\"":${'['.repeat(65)}`],
    ['levels after an escaped backslash', `{"a\\\\":${'['.repeat(65)}`],
  ])('JsonShape refuses %s', (_name, text) => {
    expect(refusalOf(text)).toMatch('deeper than 64 levels');
  });

  it.each([
    ['a list', list(20_001)],
    ['an object', `{${Array.from({ length: 20_001 }, (_, at) => `"k${at}":1`).join()}}`],
    ['empty lists', `[${'[],'.repeat(10_001)}`],
  ])('JsonShape refuses %s with too many values', (_name, text) => {
    expect(refusalOf(text)).toMatch('more than 20000 values');
  });

  it('JsonShape knows where strings end, wherever quotes and backslashes are cut', () => {
    const characters = fc.array(fc.constantFrom('"', '\\', '[', 'x'), { maxLength: 12 });
    fc.assert(
      fc.property(characters, fc.array(fc.nat(40), { maxLength: 4 }), (parts, cuts) => {
        const body = `{${JSON.stringify(parts.join(''))}:${'['.repeat(64)}`;
        const ends = [...cuts.map((cut) => Math.min(cut, body.length)), body.length].toSorted(
          (a, b) => a - b,
        );
        const chunks = ends.map((end, index) => body.slice(ends[index - 1] ?? 0, end));
        expect(refusalOf(...chunks)).toMatch('deeper');
        expect(refusalOf(JSON.stringify(parts.join('')))).toBeNull();
      }),
    );
  });

  it('JsonShape finds the same wherever the text is cut', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 3 }), fc.nat(), (text, at) => {
        const body = `{"x":${text},"y":${'['.repeat(64)}`;
        const cut = at % body.length;
        expect(refusalOf(body.slice(0, cut), body.slice(cut))).toMatch('deeper');
        expect(refusalOf(text)).toBeNull();
      }),
    );
  });
});
