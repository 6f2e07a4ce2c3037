import { type CorpusTotals, saturation, weighQuestion } from '../../keywords/bm25.js';
import type { InvertedIndex, Postings } from './inverted-index.js';

/** What BM25 needs of a corpus. */
interface KeywordCorpus {
  readonly index: InvertedIndex;
  /** Length of each chunk, by its place. */
  readonly lengths: Uint32Array;
  /** Length of all chunks together. */
  readonly length: number;
}

/**
 * The BM25 score of each chunk, by its place: what `scoreChunk` returns, to the last digit. A term is a list of lexemes, whose occurrences
 * count together.
 */
export function keywordScores(
  { index, lengths, length }: KeywordCorpus,
  terms: readonly (readonly string[])[],
): Float64Array {
  const scores = new Float64Array(lengths.length);
  const postings = terms.map((lexemes) => lexemes.map((lexeme) => index.postingsOf(lexeme)));
  const totals: CorpusTotals = { chunks: lengths.length, length };
  const { weights, averageLength, ceiling } = weighQuestion(postings.map(countPostings), totals);
  const frequencies = new Uint32Array(lengths.length);
  const addOccurrences = (places: Uint32Array, weight: number): void => {
    for (const place of places) {
      const frequency = frequencies[place]!;
      if (frequency === 0) continue;
      scores[place]! += weight * saturation(frequency, lengths[place]!, averageLength);
      frequencies[place] = 0;
    }
  };
  for (const [term, lists] of postings.entries()) {
    addFrequencies(frequencies, lists);
    for (const { places } of lists) addOccurrences(places, weights[term]!);
  }
  return scores.map((score) => (score === 0 ? 0 : score / ceiling));
}

/** A chunk with several lexemes of a term counts several times. */
function countPostings(lists: readonly Postings[]): number {
  return lists.reduce((sum, { places }) => sum + places.length, 0);
}

function addFrequencies(sums: Uint32Array, lists: readonly Postings[]): void {
  for (const { places, frequencies } of lists)
    for (let at = 0; at < places.length; at += 1) sums[places[at]!]! += frequencies[at]!;
}
