import fc from 'fast-check';
import { findMissingExpectations } from './golden-question.js';

const sources = [{ doc_id: 'lease' }, { doc_id: 'addendum' }].map((source) => ({
  ...source,
  chunk_id: 'lease#1',
  title: 'Lease',
  score: 1,
  snippet: '',
}));

function missingPhrases(answer: string, ...expect_phrases: string[]): readonly string[] {
  return findMissingExpectations({ answer, sources }, { expect_sources: [], expect_phrases }).missing_phrases;
}

describe('findMissingExpectations', () => {
  it('finds nothing missing when there are no expectations', () => {
    const nothing = { expect_sources: [], expect_phrases: [] };
    expect(findMissingExpectations({ answer: '', sources: [] }, nothing)).toEqual({
      missing_sources: [],
      missing_phrases: [],
    });
  });

  it('names the documents that are not among the sources, in their order', () => {
    const expected = { expect_sources: ['terms', 'lease', 'leas', 'Lease'], expect_phrases: [] };
    expect(findMissingExpectations({ answer: 'x', sources }, expected).missing_sources).toEqual([
      'terms',
      'leas',
      'Lease',
    ]);
  });

  it.each([
    ['Rent is DUE on the first.', 'rent is due'],
    ['Rent is\n  due\ton the first.', 'is due on'],
    ['Rent is\u00a0due.', 'Rent is due'],
    ['Rent is due.', '  Rent\n is  due. '],
    ['Die Straße ist gesperrt.', 'STRASSE'],
    ['ΟΔΟΣ', 'οδος'],
    ['The ﬁrst oﬃce', 'first office'],
    ['Ｆｕｌｌ width', 'full WIDTH'],
    ['Caf\u0065\u0301', 'café'],
    ['家賃は毎月1日です。', '毎月１日'],
  ])('finds in %j the phrase %j', (answer, phrase) => {
    expect(missingPhrases(answer, phrase)).toEqual([]);
  });

  it.each([
    ['Rent is due.', 'rents'],
    ['Rent is due.', 'rent  was due'],
    ['Cafe', 'café'],
    ['', 'x'],
  ])('does not find in %j the phrase %j', (answer, phrase) => {
    expect(missingPhrases(answer, phrase)).toEqual([phrase]);
  });

  it('finds a phrase anywhere, in any case', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.stringMatching(/^[a-zßé ]{1,20}$/),
        (before, after, phrase) => {
          expect(missingPhrases(`${before} ${phrase.toUpperCase()} ${after}`, phrase)).toEqual([]);
        },
      ),
    );
  });
});
