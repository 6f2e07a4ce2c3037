import { parseMetadata, toFilterQuery } from './metadata-filter.js';

it.each([
  ['', {}],
  ['year=2026', { 'filter[year]': ['2026'] }],
  ['year=2026 year=2025 language=en', { 'filter[year]': ['2026', '2025'], 'filter[language]': ['en'] }],
  ['author="Ada Lovelace" loose', { 'filter[author]': ['Ada Lovelace'] }],
])('the filter %j asks the API for %j', (text, query) => expect(toFilterQuery(text)).toEqual(query));

describe('parseMetadata', () => {
  it('an object is metadata, and no text is none', () => {
    expect(parseMetadata('{"year": 2026}')).toEqual({ metadata: { year: 2026 } });
    expect(parseMetadata('  ')).toEqual({ metadata: {} });
  });

  it.each(['[1]', '7', 'null'])('%s is refused, and the sentence shows an object', (text) =>
    expect(parseMetadata(text)).toEqual({ fault: expect.stringContaining('{"year": 2026}') }),
  );

  it('broken JSON is refused with the reason', () => {
    expect(parseMetadata('{"year": ')).toEqual({ fault: expect.stringMatching(/^This is not JSON: ./) });
  });
});
