import { delimitedTablesOf } from './delimited-tables.js';

/** Header and rows of each table. */
function tablesIn(text: string): [header: string, rows: string][] {
  return [...delimitedTablesOf(text)].map(({ start, rowsStart, end }) => [
    text.slice(start, rowsStart),
    text.slice(rowsStart, end),
  ]);
}

const rows = '1,2\n3,4\n5,6\n';

describe('delimitedTablesOf', () => {
  it.each([
    ['commas', 'a,b\n', rows],
    ['semicolons around decimal commas', 'name;price\n', 'x;1,5\ny;2,5\nz;3,5\n'],
    ['tabs around commas', 'name\tplace\n', 'x\tA, B\ny\tC, D\nz\tE, F\n'],
    ['bars', 'name|place\n', 'x|A\ny|B\nz|C\n'],
    ['years as names', 'region,2024,2025\n', 'x,1,2\ny,3,4\nz,5,6\n'],
    ['a nameless first column', ',name,price\n', '0,x,1\n1,y,2\n2,z,3\n'],
    ['quoted cells with separators and line breaks', '"a,1",b\n', '"x\ny",1\n"z ""q"", w",2\nv,3\n'],
    ['an uneven row and an empty line', 'a,b,c\n', '1,2,3\n4,5,6\n7,8,9\n10,11\n\n12,13,14\n'],
    ['spaces after commas', 'a, b, c\n', '1, 2, 3\n'.repeat(6)],
    ['other scripts', '名前,価格\n', '東京,1\n大阪,2\n京都,3\n'],
  ])('finds a table with %s', (_name, header, body) => {
    expect(tablesIn(`${header}${body}`)).toEqual([[header, body]]);
  });

  it('finds tables between other lines', () => {
    const text = `Sales of the year\n\na,b\n${rows}\nThat was all.\nc;d\n1;2\n3;4\n5;6`;
    expect(tablesIn(text)).toEqual([
      ['a,b\n', rows],
      ['c;d\n', '1;2\n3;4\n5;6'],
    ]);
  });

  it.each([
    ['rows without a header', '1,2\n3,4\n5,6\n7,8\n9,10\n'],
    ['a list of places', 'Berlin, Germany\nParis, France\nRome, Italy\nOslo, Norway\nBern, Switzerland\n'],
    [
      'rows with addresses',
      'Anna;anna@firm.example\nBen;ben@firm.example\nCleo;cleo@firm.example\n'.repeat(2),
    ],
    ['lines of prose', 'The rent, which is due,\nis paid at once, or later,\nwith interest, as agreed.\n'],
    ['too few rows', 'a,b\n1,2\n3,4\n'],
    ['rows of other widths', 'a,b\n1,2,3\n4\n5,6\n'],
    ['a quotation mark that nothing closes', '"a,b\n1,2\n'],
  ])('finds no table in %s', (_name, text) => {
    expect(tablesIn(text)).toEqual([]);
  });

  it('reads a large text of any content quickly', () => {
    for (const text of [
      ','.repeat(3_000_000),
      'a,b\n'.repeat(500_000),
      'a,b\n"x'.repeat(300_000),
      'a;b|c\td,e\n'.repeat(100_000),
      '"'.repeat(1_000_000),
      'a,b\n""'.repeat(300_000),
      `a,b\n${'"'.repeat(1199)}\n`.repeat(1_000),
    ])
      expect(Array.isArray(tablesIn(text))).toBe(true);
  });
});
