import { findCitations } from './citations.js';

const sources = ['lease', 'terms', 'a lease'].map((docId) => ({
  doc_id: docId,
  title: `Title of ${docId}`,
  metadata: { url: `https://a.example/${docId}` },
}));

const citationsIn = (text: string) =>
  findCitations(text, sources, ({ metadata }) => String(metadata['url'])).map(
    ({ url_citation: { url, start_index: start, end_index: end } }) => [url, text.slice(start, end)],
  );

describe('findCitations', () => {
  it.each([
    ['Due on the first. [1]', [['https://a.example/lease', '[1]']]],
    [
      '💶 Due [2][1].',
      [
        ['https://a.example/terms', '[2]'],
        ['https://a.example/lease', '[1]'],
      ],
    ],
    [
      'Due [1, 3].',
      [
        ['https://a.example/lease', '[1, 3]'],
        ['https://a.example/a lease', '[1, 3]'],
      ],
    ],
    [
      'Due [1], and again [1].',
      [
        ['https://a.example/lease', '[1]'],
        ['https://a.example/lease', '[1]'],
      ],
    ],
  ])('finds the sources that "%s" names, with their places', (text, expected) => {
    expect(citationsIn(text)).toEqual(expected);
  });

  it.each(['', 'Due on the first.', 'See [0], [4] and [999].', 'a[i] [x] [1', '[12345]', '[1.5] [-1]'])(
    'finds none in "%s"',
    (text) => {
      expect(citationsIn(text)).toEqual([]);
    },
  );

  it('names the title of the document', () => {
    const [citation] = findCitations('[2]', sources, () => 'https://a.example');
    expect(citation).toMatchObject({ type: 'url_citation', url_citation: { title: 'Title of terms' } });
  });
});
