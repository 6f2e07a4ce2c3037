import { stemmer as arabicStemmer } from '@orama/stemmers/arabic';
import { stopwords as arabicStopWords } from '@orama/stopwords/arabic';
import { stemmer as bulgarianStemmer } from '@orama/stemmers/bulgarian';
import { stopwords as bulgarianStopWords } from '@orama/stopwords/bulgarian';
import { stemmer as danishStemmer } from '@orama/stemmers/danish';
import { stopwords as danishStopWords } from '@orama/stopwords/danish';
import { stemmer as germanStemmer } from '@orama/stemmers/german';
import { stopwords as germanStopWords } from '@orama/stopwords/german';
import { stemmer as greekStemmer } from '@orama/stemmers/greek';
import { stopwords as greekStopWords } from '@orama/stopwords/greek';
import { stemmer as englishStemmer } from '@orama/stemmers/english';
import { stopwords as englishStopWords } from '@orama/stopwords/english';
import { stemmer as spanishStemmer } from '@orama/stemmers/spanish';
import { stopwords as spanishStopWords } from '@orama/stopwords/spanish';
import { stemmer as finnishStemmer } from '@orama/stemmers/finnish';
import { stopwords as finnishStopWords } from '@orama/stopwords/finnish';
import { stemmer as frenchStemmer } from '@orama/stemmers/french';
import { stopwords as frenchStopWords } from '@orama/stopwords/french';
import { stemmer as irishStemmer } from '@orama/stemmers/irish';
import { stopwords as irishStopWords } from '@orama/stopwords/irish';
import { stemmer as hindiStemmer } from '@orama/stemmers/indian';
import { stopwords as hindiStopWords } from '@orama/stopwords/indian';
import { stemmer as hungarianStemmer } from '@orama/stemmers/hungarian';
import { stopwords as hungarianStopWords } from '@orama/stopwords/hungarian';
import { stemmer as armenianStemmer } from '@orama/stemmers/armenian';
import { stopwords as armenianStopWords } from '@orama/stopwords/armenian';
import { stemmer as indonesianStemmer } from '@orama/stemmers/indonesian';
import { stopwords as indonesianStopWords } from '@orama/stopwords/indonesian';
import { stemmer as italianStemmer } from '@orama/stemmers/italian';
import { stopwords as italianStopWords } from '@orama/stopwords/italian';
import { stemmer as lithuanianStemmer } from '@orama/stemmers/lithuanian';
import { stopwords as lithuanianStopWords } from '@orama/stopwords/lithuanian';
import { stemmer as nepaliStemmer } from '@orama/stemmers/nepali';
import { stopwords as nepaliStopWords } from '@orama/stopwords/nepali';
import { stemmer as dutchStemmer } from '@orama/stemmers/dutch';
import { stopwords as dutchStopWords } from '@orama/stopwords/dutch';
import { stemmer as norwegianStemmer } from '@orama/stemmers/norwegian';
import { stopwords as norwegianStopWords } from '@orama/stopwords/norwegian';
import { stemmer as portugueseStemmer } from '@orama/stemmers/portuguese';
import { stopwords as portugueseStopWords } from '@orama/stopwords/portuguese';
import { stemmer as romanianStemmer } from '@orama/stemmers/romanian';
import { stopwords as romanianStopWords } from '@orama/stopwords/romanian';
import { stemmer as russianStemmer } from '@orama/stemmers/russian';
import { stopwords as russianStopWords } from '@orama/stopwords/russian';
import { stemmer as serbianStemmer } from '@orama/stemmers/serbian';
import { stopwords as serbianStopWords } from '@orama/stopwords/serbian';
import { stemmer as swedishStemmer } from '@orama/stemmers/swedish';
import { stopwords as swedishStopWords } from '@orama/stopwords/swedish';
import { stemmer as tamilStemmer } from '@orama/stemmers/tamil';
import { stopwords as tamilStopWords } from '@orama/stopwords/tamil';
import { stemmer as turkishStemmer } from '@orama/stemmers/turkish';
import { stopwords as turkishStopWords } from '@orama/stopwords/turkish';
import { stemmer as ukrainianStemmer } from '@orama/stemmers/ukrainian';
import { stopwords as ukrainianStopWords } from '@orama/stopwords/ukrainian';
import { foldAccents } from './fold-accents.js';

type Stemmer = (word: string) => string;

/** Languages whose words are reduced to stems, without stop words. */
const stemmed = {
  ar: [arabicStemmer, arabicStopWords],
  bg: [bulgarianStemmer, bulgarianStopWords],
  da: [danishStemmer, danishStopWords],
  de: [germanStemmer, germanStopWords],
  el: [greekStemmer, greekStopWords],
  en: [englishStemmer, englishStopWords],
  es: [spanishStemmer, spanishStopWords],
  fi: [finnishStemmer, finnishStopWords],
  fr: [frenchStemmer, frenchStopWords],
  ga: [irishStemmer, irishStopWords],
  hi: [hindiStemmer, hindiStopWords],
  hu: [hungarianStemmer, hungarianStopWords],
  hy: [armenianStemmer, armenianStopWords],
  id: [indonesianStemmer, indonesianStopWords],
  it: [italianStemmer, italianStopWords],
  lt: [lithuanianStemmer, lithuanianStopWords],
  ne: [nepaliStemmer, nepaliStopWords],
  nl: [dutchStemmer, dutchStopWords],
  no: [norwegianStemmer, norwegianStopWords],
  pt: [portugueseStemmer, portugueseStopWords],
  ro: [romanianStemmer, romanianStopWords],
  ru: [russianStemmer, russianStopWords],
  sr: [serbianStemmer, serbianStopWords],
  sv: [swedishStemmer, swedishStopWords],
  ta: [tamilStemmer, tamilStopWords],
  tr: [turkishStemmer, turkishStopWords],
  uk: [ukrainianStemmer, ukrainianStopWords],
} satisfies Record<string, [Stemmer, readonly string[]]>;

/** Languages whose words do not change. The first ones have no spaces between words, or are searched by pairs of characters. */
const unchanging = ['ja', 'km', 'ko', 'lo', 'my', 'th', 'vi', 'zh'] as const;

/** A language of the analyser (ISO 639-1). `other` is every language that it does not know: its words are shortened. */
export type Language = keyof typeof stemmed | (typeof unchanging)[number] | 'other';

/** The setting `retrieval_language`: a language for all documents and questions, or each is recognised. */
export type LanguageChoice = Language | 'auto';

/** What can be chosen, in alphabetical order. */
export const languageCodes: readonly Language[] = [
  ...(Object.keys(stemmed) as Language[]),
  ...unchanging,
].toSorted();

const isUnchanging: ReadonlySet<string> = new Set(unchanging);
/** A word of a language without a stemmer is found by its beginning, which its forms share. */
const sharedLetters = 6;

/** True for a language of the analyser, also for `other`. */
export function isLanguage(code: string): code is Language {
  return code === 'other' || languageCodes.includes(code as Language);
}

/** The word without the ending of its form. */
export function stem(word: string, language: Language): string {
  if (language in stemmed) return stemmed[language as keyof typeof stemmed][0](word);
  return isUnchanging.has(language) ? word : [...word].slice(0, sharedLetters).join('');
}

/** Left out of the lists of the package. */
const missingStopWords: Partial<Record<Language, readonly string[]>> = { en: ['a'] };

const stopWords = new Map<Language, ReadonlySet<string>>();

/** True for a word that says nothing about a text's subject, with or without its accents. */
export function isStopWord(word: string, language: Language): boolean {
  return stopWordsOf(language).has(word);
}

function stopWordsOf(language: Language): ReadonlySet<string> {
  const known = stopWords.get(language);
  if (known) return known;
  const words: readonly string[] = language in stemmed ? stemmed[language as keyof typeof stemmed][1] : [];
  const made = new Set(
    [...words, ...(missingStopWords[language] ?? [])].flatMap((word) => [word, foldAccents(word)]),
  );
  stopWords.set(language, made);
  return made;
}
