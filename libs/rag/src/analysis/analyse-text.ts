import type { Language } from './languages.js';
import { lexemesOf } from './lexemes.js';
import { normalise } from './normalise.js';
import { splitIntoTokens } from './tokens.js';

/** The words of a text, as they are searched. */
export interface AnalysedText {
  /** Distinct, in the order of their code units. */
  readonly lexemes: readonly string[];
  /** How often each occurs. */
  readonly frequencies: readonly number[];
  /** The sum of the frequencies. */
  readonly length: number;
}

/**
 * Analyses a text in a language: takes time that grows with its length only.
 *
 * ```ts
 * analyseText('The refunds. A refund!', 'en'); // { lexemes: ['refund'], frequencies: [2], length: 2 }
 * ```
 */
export function analyseText(text: string, language: Language): AnalysedText {
  const counts = new Map<string, number>();
  let length = 0;
  for (const token of splitIntoTokens(normalise(text))) {
    for (const lexeme of lexemesOf(token, language)) {
      counts.set(lexeme, (counts.get(lexeme) ?? 0) + 1);
      length += 1;
    }
  }
  const lexemes = [...counts.keys()].toSorted();
  return { lexemes, frequencies: lexemes.map((lexeme) => counts.get(lexeme)!), length };
}
