import { isStopWord } from '../analysis/languages.js';
import { recogniseLanguage } from '../analysis/recognise-language.js';
import type { Passage } from './reranker.js';
import { bm25Weight, extractTerms, inverseDocumentFrequency } from './term-statistics.js';

/** Two words of the question that stand beside each other count where a passage has them at most this many words apart. */
const maxDistance = 4;

type Pair = readonly [string, string];

/**
 * How often each passage has neighbouring words of the question close together, weighed by BM25 with the statistics of these passages
 * (the sequential dependence model of Metzler and Croft, 2005). Zeros where the question has no two words beside its stop words.
 */
export function proximityEvidence(question: string, passages: readonly Passage[]): number[] {
  const pairs = neighbours(contentTerms(question));
  if (pairs.length === 0) return passages.map(() => 0);
  const terms = passages.map(({ title, text }) => extractTerms(`${title} ${text}`));
  const places = terms.map(placesOfTerms);
  const averageLength = Math.max(1, terms.reduce((sum, { length }) => sum + length, 0) / terms.length);
  const weights = pairs.map((pair) => {
    const counts = places.map((of) => countNear(of, pair));
    const idf = inverseDocumentFrequency(counts.filter((count) => count > 0).length, passages.length);
    return counts.map((count, index) => bm25Weight(count, terms[index]!.length / averageLength, idf));
  });
  return passages.map((_, index) => weights.reduce((sum, ofPair) => sum + ofPair[index]!, 0));
}

function contentTerms(question: string): string[] {
  const language = recogniseLanguage(question);
  const words = question.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return extractTerms(words.filter((word) => !isStopWord(word, language)).join(' '));
}

function neighbours(terms: readonly string[]): Pair[] {
  return terms
    .slice(1)
    .flatMap((term, index): Pair[] => (terms[index] === term ? [] : [[terms[index]!, term]]));
}

function placesOfTerms(terms: readonly string[]): Map<string, number[]> {
  return Map.groupBy(terms.keys(), (place) => terms[place]!);
}

/** How many places of the first word have the second one near. */
function countNear(places: ReadonlyMap<string, readonly number[]>, [first, second]: Pair): number {
  const others = places.get(second) ?? [];
  const isNear = (place: number): boolean => others.some((other) => Math.abs(place - other) <= maxDistance);
  return (places.get(first) ?? []).filter(isNear).length;
}
