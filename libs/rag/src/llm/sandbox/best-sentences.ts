import { type QuestionTerm, analyseQuestion } from '../../analysis/analyse-question.js';
import { analyseText } from '../../analysis/analyse-text.js';
import { recogniseLanguage } from '../../analysis/recognise-language.js';
import { countTokens } from './sandbox-tokens.js';

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
const punctuation = /[^\p{L}\p{M}\p{N}]+/gu;
/** Headings, questions and items of a list count less than statements, which can answer. */
const otherThanStatementFactor = 0.4;

/**
 * The sentences that share the rarest words with the question, best first, without duplicates; empty if no word is shared. Words are
 * compared as retrieval compares them. Rarity is the inverse document frequency among these sentences.
 * Equal scores keep the order of the passages.
 */
export function bestSentences(question: string, passages: readonly string[], count: number): Sentence[] {
  const all = uniqueProseSentences(passages);
  const languages = passages.map(recogniseLanguage);
  const lexemes = all.map(({ text, passage }) => new Set(analyseText(text, languages[passage]!).lexemes));
  const { terms } = analyseQuestion(question, { language: 'auto', corpusLanguages: languages });
  const weights = weightsOf(terms, lexemes);
  return all
    .map((sentence, index): Scored => {
      const factor = isStatement(sentence.text) ? 1 : otherThanStatementFactor;
      return { ...sentence, score: factor * scoreOf(lexemes[index]!, weights) };
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
  return countTokens(sentence.replace(punctuation, ' ')) >= minWords;
}

function isStatement(sentence: string): boolean {
  return /[.!。！।۔]["'”’»)\]]*$/u.test(sentence);
}

function weightsOf(
  terms: readonly QuestionTerm[],
  sentences: readonly ReadonlySet<string>[],
): ReadonlyMap<QuestionTerm, number> {
  return new Map(
    terms.map((term) => {
      const matching = sentences.filter((sentence) => hasTerm(sentence, term)).length;
      return [term, Math.log((sentences.length + 1) / (matching + 0.5))];
    }),
  );
}

/** Divides by the logarithm of the length; otherwise the longest sentence would always win. */
function scoreOf(sentence: ReadonlySet<string>, weights: ReadonlyMap<QuestionTerm, number>): number {
  let sum = 0;
  for (const [term, weight] of weights) if (hasTerm(sentence, term)) sum += weight;
  return sum / Math.log2(8 + sentence.size);
}

function hasTerm(sentence: ReadonlySet<string>, term: QuestionTerm): boolean {
  return term.some((lexeme) => sentence.has(lexeme));
}
