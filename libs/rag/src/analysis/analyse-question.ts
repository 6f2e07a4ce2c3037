import { lexemesOf } from './lexemes.js';
import { type Language, type LanguageChoice, isLanguage, isStopWord } from './languages.js';
import { normalise } from './normalise.js';
import { languageOfWord, recogniseAmong, recogniseLanguage } from './recognise-language.js';
import { type Token, splitIntoTokens } from './tokens.js';
import { WordMemory } from './word-memory.js';

/** The lexemes of one word of a question, each of which is a match. Most words have one. */
export type QuestionTerm = readonly string[];

/** Whose documents are asked. */
export interface QuestionContext {
  readonly language: LanguageChoice;
  /** The languages in which the tenant's documents were analysed. */
  readonly corpusLanguages: readonly string[];
}

/** A question as it is searched. */
export interface AnalysedQuestion {
  /** Distinct, in the order of their lexemes. */
  readonly terms: readonly QuestionTerm[];
  /** The language that it is probably in; null if it may be in several of the tenant's languages. */
  readonly language: Language | null;
}

interface RememberedTerm {
  readonly lexemes: QuestionTerm;
  /** Equal for equal lexemes. */
  readonly key: string;
}

/** By the languages and the word. */
const remembered = new WordMemory<RememberedTerm>();

/**
 * Analyses a question. A short one does not show its language. So each word has its stem in every language of the tenant's documents,
 * and a wrong guess loses nothing. Only stop words are those of the language that the question is probably in.
 *
 * ```ts
 * analyseQuestion('Kündigungsfrist?', { language: 'auto', corpusLanguages: ['de'] }); // { terms: [['kundigungsfrist']], language: 'de' }
 * ```
 */
export function analyseQuestion(question: string, context: QuestionContext): AnalysedQuestion {
  const text = normalise(question);
  const known = context.corpusLanguages.filter(isLanguage);
  const stems = distinct(context.language === 'auto' ? known : [context.language, ...known]);
  const language = context.language === 'auto' ? recogniseAmong(text, known) : context.language;
  const languages = stems.length > 0 ? stems : [recogniseLanguage(text)];
  const kind = `${language} ${languages.join()}`;
  const terms = new Map<string, QuestionTerm>();
  for (const token of splitIntoTokens(text)) {
    const found = () => findTerm(token, languages, language);
    const { lexemes, key } = remembered.get(`${token.isWord} ${kind} ${token.text}`, found);
    if (lexemes.length > 0) terms.set(key, lexemes);
  }
  const sorted = [...terms].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { terms: sorted.map(([, term]) => term), language };
}

function findTerm(token: Token, languages: readonly Language[], spoken: Language | null): RememberedTerm {
  const lexemes = lexemesIn(token, languages, spoken);
  return { lexemes, key: lexemes.join('\n') };
}

function lexemesIn(token: Token, languages: readonly Language[], spoken: Language | null): string[] {
  if (token.isWord && spoken !== null && isStopWord(token.text, spoken)) return [];
  const possible = distinct(languages.map((language) => languageOfWord(token.text, language)));
  return distinct(
    possible.flatMap((language) => typedForms(token, language).flatMap((form) => lexemesOf(form, language))),
  ).toSorted();
}

/** German readers type ü as ue, or read ue as ü. */
function typedForms(token: Token, language: Language): Token[] {
  if (language !== 'de' || !token.isWord) return [token];
  const spelled = token.text.replaceAll('ä', 'ae').replaceAll('ö', 'oe').replaceAll('ü', 'ue');
  const marked = token.text.replace(
    /(?<![aeq])([aou])e/gu,
    (_, vowel: string) => ({ a: 'ä', o: 'ö', u: 'ü' })[vowel]!,
  );
  return distinct([token.text, spelled, marked]).map((text) => ({ ...token, text }));
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
