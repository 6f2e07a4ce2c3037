import fc from 'fast-check';
import { InvalidInputError } from '#kernel';
import { type Page, decodeCursor, encodeCursor, isTimestamp, isIntegerString, toPage } from './page.js';

const mapping = { item: (row: number) => row * 10, keys: (row: number) => [String(row)] };

describe('toPage', () => {
  it('returns the last page when there are no more rows than its limit', () => {
    expect(toPage([1, 2], 2, mapping)).toEqual({ items: [10, 20], next_cursor: null });
    expect(toPage([], 2, mapping)).toEqual({ items: [], next_cursor: null });
  });

  it('returns a cursor of the last row on the page when there is one row more', () => {
    const { items, next_cursor } = toPage([1, 2, 3], 2, mapping);
    expect(items).toEqual([10, 20]);
    expect(decodeCursor(next_cursor!, isIntegerString)).toEqual(['2']);
  });

  it('returns each row exactly once when a client follows the cursors', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.integer({ min: 1, max: 10 }), (count, limit) => {
        const rows = Array.from({ length: count }, (_, at) => at + 1);
        const items: number[] = [];
        let next: string | null = encodeCursor(['0']);
        while (next !== null) {
          const after: number = Number(decodeCursor(next, isIntegerString)[0]);
          const page: Page<number> = toPage(
            rows.filter((row) => row > after).slice(0, limit + 1),
            limit,
            mapping,
          );
          items.push(...page.items);
          next = page.next_cursor;
        }
        expect(items).toEqual(rows.map((row) => row * 10));
      }),
    );
  });
});

describe('encodeCursor and decodeCursor', () => {
  it('decodeCursor returns the keys of encodeCursor, which needs no escaping in a URL', () => {
    const texts = fc.array(
      fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed() && !text.includes('\0')),
    );
    fc.assert(
      fc.property(texts, (parts) => {
        const cursor = encodeCursor(parts);
        expect(cursor).toMatch(/^[\w-]*$/);
        expect(decodeCursor(cursor, ...parts.map(() => () => true))).toEqual(parts);
      }),
    );
  });

  it.each([
    '',
    'x',
    '!!',
    'bnVsbA',
    encodeCursor([]),
    encodeCursor(['a', 'b']),
    encodeCursor(['a\0']),
    encodeCursor([1 as unknown as string]),
  ])('decodeCursor refuses the cursor %j', (cursor) => {
    expect(() => decodeCursor(cursor, () => true)).toThrow(InvalidInputError);
  });

  it('decodeCursor refuses a cursor whose key fails its check', () => {
    const cursor = encodeCursor(['seven']);
    expect(() => decodeCursor(cursor, isIntegerString)).toThrow(InvalidInputError);
  });
});

describe('isTimestamp', () => {
  it.each(['2026-11-23T20:00:00.000Z', '2026-11-23T20:00:00.123456Z', '2028-02-29T00:00:00.000Z'])(
    'isTimestamp accepts %s',
    (key) => {
      expect(isTimestamp(key)).toBe(true);
    },
  );

  it.each([
    '0000-01-01T00:00:00.000Z',
    '+275760-09-13T00:00:00.000Z',
    '2026-02-30T00:00:00.000Z',
    '2026-11-23',
    '',
    'now',
  ])('isTimestamp refuses %j', (key) => {
    expect(isTimestamp(key)).toBe(false);
  });
});
