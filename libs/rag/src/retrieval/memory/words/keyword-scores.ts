import { type CorpusTotals, saturation, weighQuestion } from '../../keywords/bm25.js';
import { Scratch } from '../scratch.js';
import type { InvertedIndex, Postings } from './inverted-index.js';

/** What BM25 needs of a corpus. */
interface KeywordCorpus {
  readonly index: InvertedIndex;
  /** The `lengthNorm` of each chunk, by its place. */
  readonly norms: Float64Array;
  /** Length of all chunks together. */
  readonly length: number;
}

const scoreLists = new Scratch((length) => new Float64Array(length));
const frequencyLists = new Scratch((length) => new Uint32Array(length));

/**
 * The BM25 score of each chunk, by its place: what `scoreChunk` returns, to the last digit. A term is a list of lexemes, whose occurrences
 * count together. The list is valid until the next call.
 */
export function keywordScores(
  { index, norms, length }: KeywordCorpus,
  terms: readonly (readonly string[])[],
): Float64Array {
  const scores = scoreLists.take(norms.length).fill(0);
  const frequencies = frequencyLists.take(norms.length).fill(0);
  const postings = terms.map((lexemes) => lexemes.map((lexeme) => index.postingsOf(lexeme)));
  const totals: CorpusTotals = { chunks: norms.length, length };
  const { weights, ceiling } = weighQuestion(postings.map(countPostings), totals);
  const addScores = (places: Uint32Array, weight: number): void => {
    // oxlint-disable-next-line typescript/prefer-for-of -- an iterator takes several times as long
    for (let at = 0; at < places.length; at += 1) {
      const place = places[at]!;
      const frequency = frequencies[place]!;
      if (frequency === 0) continue;
      scores[place]! += weight * saturation(frequency, norms[place]!);
      frequencies[place] = 0;
    }
  };
  for (const [term, lists] of postings.entries()) {
    for (const list of lists) addFrequencies(frequencies, list);
    for (const { places } of lists) addScores(places, weights[term]!);
  }
  // oxlint-disable-next-line typescript/prefer-for-of -- an iterator takes several times as long
  for (let place = 0; place < scores.length; place += 1) if (scores[place] !== 0) scores[place]! /= ceiling;
  return scores;
}

/** A chunk with several lexemes of a term counts several times. */
function countPostings(lists: readonly Postings[]): number {
  return lists.reduce((sum, { places }) => sum + places.length, 0);
}

function addFrequencies(sums: Uint32Array, { places, frequencies }: Postings): void {
  for (let at = 0; at < places.length; at += 1) sums[places[at]!]! += frequencies[at]!;
}
