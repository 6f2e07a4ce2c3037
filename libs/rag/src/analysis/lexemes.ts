import { foldAccents } from './fold-accents.js';
import { type Language, isStopWord, stem } from './languages.js';
import { languageOfWord } from './recognise-language.js';
import type { Token } from './tokens.js';
import { WordMemory } from './word-memory.js';

/** Longer words are cut: an entry of an index in Postgres has a limit. */
const maxLength = 64;

const remembered = new Map<Language, WordMemory<readonly string[]>>();

/**
 * What a token is stored by: its stem without accents. A word whose accents change its stem also has the stem of the word as it is typed
 * without them; a stop word has none.
 */
export function lexemesOf({ text, isWord }: Token, language: Language): readonly string[] {
  if (!isWord) return [cut(foldAccents(text))];
  const word = cut(text);
  return wordsOf(language).get(word, () => lexemesOfWord(word, languageOfWord(word, language)));
}

function wordsOf(language: Language): WordMemory<readonly string[]> {
  const words = remembered.get(language) ?? new WordMemory();
  remembered.set(language, words);
  return words;
}

function lexemesOfWord(word: string, language: Language): readonly string[] {
  if (isStopWord(word, language)) return [];
  const typed = foldAccents(word);
  // In Vietnamese, accents tell words apart that have nothing in common.
  const lexeme = language === 'vi' ? word : foldAccents(stem(word, language));
  if (typed === word) return [lexeme];
  const other = foldAccents(stem(typed, language));
  return lexeme === other ? [lexeme] : [lexeme, other];
}

function cut(text: string): string {
  return text.length <= maxLength ? text : text.slice(0, maxLength).toWellFormed();
}
