import { comparableWords } from './sandbox-tokens.js';

export interface Sentence {
  readonly text: string;
  /** Index of its passage, from 0. */
  readonly passage: number;
}

interface Scored extends Sentence {
  readonly score: number;
}

/** Handles abbreviations and scripts. The locale is fixed, so that every host splits alike. */
const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
const minWords = 3;
/** Headings, questions and items of a list count less than statements, which can answer. */
const otherThanStatementFactor = 0.4;
/** Words match by their first letters: `terminate` and `termination`. */
const stemCharacters = 6;

/**
 * The sentences that share the rarest words with the question, best first, without duplicates; empty if no word is shared.
 * Rarity is the inverse document frequency among these sentences, so no list of stop words is needed.
 * Equal scores keep the order of the passages.
 */
export function bestSentences(question: string, passages: readonly string[], count: number): Sentence[] {
  const all = uniqueProseSentences(passages);
  const stems = all.map(({ text }) => stemsOf(text));
  const weights = weightsOf(stemsOf(question), stems);
  return all
    .map((sentence, index): Scored => {
      const factor = isStatement(sentence.text) ? 1 : otherThanStatementFactor;
      return { ...sentence, score: factor * scoreOf(stems[index]!, weights) };
    })
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, count)
    .map(({ text, passage }) => ({ text, passage }));
}

function uniqueProseSentences(passages: readonly string[]): Sentence[] {
  const all = passages.flatMap((passage, index) =>
    splitIntoSentences(passage).map((text) => ({ text, passage: index })),
  );
  // Neighbouring chunks overlap: only the first occurrence of a sentence counts.
  const firstByText = new Map(all.toReversed().map((sentence) => [sentence.text, sentence]));
  return all.filter((sentence) => firstByText.get(sentence.text) === sentence && isProse(sentence.text));
}

/** A line break inside a paragraph is white space; an empty line ends a sentence. */
function splitIntoSentences(passage: string): string[] {
  return passage
    .split(/\n\s*\n/)
    .flatMap((paragraph) => [...segmenter.segment(paragraph.replace(/\s+/g, ' '))])
    .map(({ segment }) => segment.trim());
}

function isProse(sentence: string): boolean {
  return comparableWords(sentence).length >= minWords;
}

function isStatement(sentence: string): boolean {
  return /[.!。！।۔]["'”’»)\]]*$/u.test(sentence);
}

function stemsOf(text: string): Set<string> {
  return new Set(comparableWords(text).map((word) => word.slice(0, stemCharacters)));
}

function weightsOf(question: Set<string>, sentences: readonly Set<string>[]): Map<string, number> {
  const weights = new Map<string, number>();
  for (const stem of question) {
    const matching = sentences.filter((sentence) => sentence.has(stem)).length;
    weights.set(stem, Math.log((sentences.length + 1) / (matching + 0.5)));
  }
  return weights;
}

/** Divides by the logarithm of the length; otherwise the longest sentence would always win. */
function scoreOf(sentence: Set<string>, weights: Map<string, number>): number {
  let sum = 0;
  for (const [stem, weight] of weights) if (sentence.has(stem)) sum += weight;
  return sum / Math.log2(8 + sentence.size);
}
