import fc from 'fast-check';
import * as chunking from './split-into-chunks.js';
import type { DraftChunk } from './split-into-chunks.js';

const words = fc.constantFrom(
  'wing',
  'lift',
  'flow.',
  'The',
  'shock',
  'e.g.',
  'Mach 2.',
  '🦔',
  '数学。',
  '\n',
  '\n\n',
  '- item\n',
  '\r\n',
);
const prose = fc.array(words, { minLength: 1, maxLength: 900 }).map((parts) => parts.join(' '));
const anything = fc.oneof(
  prose,
  fc.string({ unit: 'grapheme', maxLength: 3000 }),
  fc.string({ unit: 'binary', maxLength: 3000 }),
);
const withoutWhitespace = (text: string) => text.replace(/\s+/g, '');
const sentence = (index: number) => `This is sentence number ${index}, which says something of its own.`;
const sentences = (count: number) => Array.from({ length: count }, (_, index) => sentence(index)).join(' ');

/** Length of the longest suffix of one text that the other begins with. */
function overlapOf(before: string, after: string): number {
  for (let length = Math.min(before.length, after.length); length > 0; length -= 1) {
    if (before.endsWith(after.slice(0, length))) return length;
  }
  return 0;
}

const splitIntoChunks = (text: string): DraftChunk[] => [...chunking.splitIntoChunks(text)];

describe('splitIntoChunks', () => {
  it('leaves out nothing, adds nothing and keeps the order of the text', () => {
    const property = (text: string) => {
      fc.pre(!/^ {0,3}#/m.test(text.replace(/\r\n?/g, '\n')));
      const source = withoutWhitespace(text);
      let reached = 0;
      for (const chunk of splitIntoChunks(text)) {
        const start = source.lastIndexOf(withoutWhitespace(chunk.text), reached);
        expect(start).toBeGreaterThanOrEqual(0);
        reached = Math.max(reached, start + withoutWhitespace(chunk.text).length);
      }
      expect(reached).toBe(source.length);
    };
    fc.assert(fc.property(prose, property));
  });

  it('returns at least one chunk for a text that is not blank, and none for a blank one', () => {
    fc.assert(
      fc.property(anything, (text) => {
        expect(splitIntoChunks(text).length > 0).toBe(text.trim() !== '');
      }),
    );
  });

  it('limits every chunk to 1,200 characters plus its heading', () => {
    const bodyOf = ({ heading, text }: DraftChunk) => text.slice(heading === '' ? 0 : heading.length + 2);
    fc.assert(
      fc.property(anything, (text) => {
        expect(splitIntoChunks(text).every((chunk) => bodyOf(chunk).length <= 1200)).toBe(true);
      }),
    );
  });

  it('never splits a character', () => {
    fc.assert(
      fc.property(prose, (text) => splitIntoChunks(text).every(({ text: chunk }) => chunk.isWellFormed())),
    );
    expect(splitIntoChunks('🦔'.repeat(3000)).every(({ text }) => text.isWellFormed())).toBe(true);
  });

  it('ends chunks with a sentence and begins the next with the last sentences before', () => {
    const chunks = splitIntoChunks(sentences(60));
    expect(chunks.length).toBeGreaterThan(2);
    for (const { text } of chunks) expect(text).toMatch(/^This .*own\.$/);
    for (const [index, { text }] of chunks.slice(1).entries()) {
      expect(overlapOf(chunks[index]!.text, text)).toBeGreaterThanOrEqual(149);
    }
  });

  it('makes chunks overlap even if sentences are long or the text has none', () => {
    for (const text of ['lower case words without any end '.repeat(200), 'x'.repeat(5000)]) {
      const chunks = splitIntoChunks(text);
      for (const [index, chunk] of chunks.slice(1).entries()) {
        expect(overlapOf(chunks[index]!.text, chunk.text)).toBeGreaterThan(100);
      }
    }
  });

  it('keeps the lines of a paragraph in one chunk, with their line breaks', () => {
    expect(splitIntoChunks('The first line\r\ngoes on here.\r\n')).toEqual([
      { heading: '', text: 'The first line\ngoes on here.' },
    ]);
  });

  it('begins a chunk with the headings above it', () => {
    const text = '# Plans\n\nWe have two.\n\n## Refunds ##\n\nWithin 14 days.\n\n# Contact\nWrite to us.';
    expect(splitIntoChunks(text)).toEqual([
      { heading: 'Plans', text: 'Plans\n\nWe have two.' },
      { heading: 'Plans > Refunds', text: 'Plans > Refunds\n\nWithin 14 days.' },
      { heading: 'Contact', text: 'Contact\n\nWrite to us.' },
    ]);
  });

  it('repeats the headings in every chunk of a long section', () => {
    const chunks = splitIntoChunks(`# Terms\n\n${sentences(60)}`);
    expect(chunks.every(({ text }) => text.startsWith('Terms\n\nThis is sentence'))).toBe(true);
  });

  it('never joins two sections', () => {
    const chunks = splitIntoChunks('# One\n\nFirst.\n\n# Two\n\nSecond.');
    expect(chunks.map(({ text }) => text)).toEqual(['One\n\nFirst.', 'Two\n\nSecond.']);
  });

  const table = (rows: number): string =>
    [
      'Rates of 2026',
      '| Zone | Rate |',
      '| --- | ---: |',
      ...Array.from({ length: rows }, (_, at) => `| Zone ${at} | ${at} EUR |`),
    ].join('\n');

  it('keeps a table whole that fits into one chunk, even if the text before it fills most of it', () => {
    const chunks = splitIntoChunks(`${sentences(15)}\n\n${table(20)}\n\nThe end.`);
    expect(chunks.filter(({ text }) => text.includes('| Zone'))).toEqual([
      { heading: '', text: `${table(20)}\n\nThe end.` },
    ]);
  });

  it('repeats caption and header in each chunk of a long table, and has each row once', () => {
    const chunks = splitIntoChunks(`# Prices\n\n${table(200)}\n\n${sentences(20)}`).map(({ text }) => text);
    const withRows = chunks.filter((text) => text.includes('EUR'));
    expect(withRows.length).toBeGreaterThan(3);
    for (const text of withRows)
      expect(text).toMatch(/^Prices\n\nRates of 2026\n\| Zone \| Rate \|\n\| --- \| ---: \|\n\| Zone/);
    const rows = chunks.join('\n').match(/\| Zone \d+ /g)!;
    expect([rows.length, new Set(rows).size]).toEqual([200, 200]);
  });

  it('splits a table row only if it is longer than a chunk', () => {
    const long = `| ${'A long sentence in a cell. '.repeat(70)}| x |`;
    const chunks = splitIntoChunks(`| a | b |\n| - | - |\n| first | row |\n${long}\n| last | row |`);
    expect(chunks.every(({ text }) => text.length <= 1200)).toBe(true);
    expect(chunks.map(({ text }) => text).join(' ')).toContain('| last | row |');
  });

  it.each([
    ['a heading alone', '# Only this', ['Only this']],
    ['a heading over deeper ones', '# Terms\n## Scope\nAll of it.', ['Terms > Scope\n\nAll of it.']],
    ['an empty section at the end', '# Terms\nAll.\n# Rest', ['Terms\n\nAll.', 'Rest']],
    ['a hash in code', '```sh\n# no heading\n```', ['```sh\n# no heading\n```']],
    ['a fence inside a longer one', '````\n```\n# no heading\n````', ['````\n```\n# no heading\n````']],
    ['a hash without a space', '#hashtag', ['#hashtag']],
    ['a line too long for a heading', `# ${'long '.repeat(50)}`, [`# ${'long '.repeat(50).trim()}`]],
    ['nothing but white space', ' \n\t\n ', []],
  ])('handles %s', (_name, text, expected) => {
    expect(splitIntoChunks(text).map((chunk) => chunk.text)).toEqual(expected);
  });

  it('splits a large text of any content quickly', () => {
    for (const text of [
      'a'.repeat(300_000),
      '. '.repeat(150_000),
      '# x\n'.repeat(50_000),
      '`'.repeat(300_000),
      '\n '.repeat(100_000),
      'A.\n'.repeat(100_000),
      'x  y  z\n'.repeat(40_000),
      '| a |\n| - |\n| b |\n\n'.repeat(15_000),
      `# ${'x '.repeat(150)}\n`.repeat(1_000),
      '- \n'.repeat(100_000),
    ]) {
      expect(Array.isArray(splitIntoChunks(text))).toBe(true);
    }
  });

  it('splits a large text of many sentences without excessive memory', () => {
    const one = 'This is one of very many sentences, and it ends here. ';
    const chunks = splitIntoChunks(one.repeat(20_000));
    expect(chunks.length).toBeGreaterThan(800);
    expect(chunks.every(({ text }) => text.endsWith('ends here.'))).toBe(true);
  });
});
