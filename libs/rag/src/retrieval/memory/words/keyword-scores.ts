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
export function keywordScores(corpus: KeywordCorpus, terms: readonly (readonly string[])[]): Float64Array {
  const { index, lengths, length } = corpus;
  const scores = new Float64Array(lengths.length);
  const postings = terms.map((lexemes) =>
    combine(
      lexemes.map((lexeme) => index.postingsOf(lexeme)),
      scores.length,
    ),
  );
  const totals: CorpusTotals = { chunks: lengths.length, length };
  const question = weighQuestion(
    postings.map(({ having }) => having),
    totals,
  );
  for (const [term, { places, frequencies }] of postings.entries()) {
    const weight = question.weights[term]!;
    for (let at = 0; at < places.length; at += 1) {
      const place = places[at]!;
      scores[place]! += weight * saturation(frequencies[at]!, lengths[place]!, question.averageLength);
    }
  }
  return scores.map((score) => (score === 0 ? 0 : score / question.ceiling));
}

interface TermPostings {
  readonly places: ArrayLike<number>;
  readonly frequencies: ArrayLike<number>;
  /** Number of postings of all lexemes. */
  readonly having: number;
}

/** The postings of a term. A chunk with several of its lexemes is there once, with the sum of their frequencies. */
function combine(postings: readonly Postings[], chunks: number): TermPostings {
  const having = postings.reduce((sum, { places }) => sum + places.length, 0);
  if (postings.length === 1) return { ...postings[0]!, having };
  const byPlace = new Uint32Array(chunks);
  for (const { places, frequencies } of postings)
    for (let at = 0; at < places.length; at += 1) byPlace[places[at]!]! += frequencies[at]!;
  const places = Uint32Array.from(new Set(postings.flatMap((one) => [...one.places])));
  return { places, frequencies: Uint32Array.from(places, (place) => byPlace[place]!), having };
}
