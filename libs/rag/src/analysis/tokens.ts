import { splitIdentifier } from './split-identifier.js';

/** One occurrence of something that a text is found by. */
export interface Token {
  readonly text: string;
  /** A word is folded and stemmed, the rest is found as it is. */
  readonly isWord: boolean;
}

const chinese = String.raw`\p{sc=Han}`;
const japanese = String.raw`\p{sc=Hiragana}\p{sc=Katakana}ー`;
const dictionary = String.raw`\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}`;
const letter = String.raw`[[\p{L}\p{M}\p{N}]--[${chinese}${japanese}${dictionary}\p{sc=Hangul}]]`;
const between = String.raw`[.,\-‐‑_·'’\/\\@:&<>+#=~]`;

/**
 * A run of one kind: characters of Chinese and Japanese, syllables of Korean, letters of scripts whose words only a dictionary finds, or
 * letters and digits with marks between them. The kinds have no character in common, so matching takes linear time.
 */
const run = new RegExp(
  `([${chinese}${japanese}]+)|(\\p{sc=Hangul}+)|([${dictionary}]+)` +
    `|(\\.?${letter}+(?:${between}{1,3}${letter}+)*(?:\\+\\+|#|>)?)`,
  'gv',
);
/** One for all four scripts: it takes the dictionary of the script that it meets. */
const segmenter = new Intl.Segmenter('th', { granularity: 'word' });

/** The tokens of a normalised text, in its order. */
export function splitIntoTokens(text: string): Token[] {
  const tokens: Token[] = [];
  for (const [, ideographs, syllables, unspaced, identifier] of text.matchAll(run)) {
    if (ideographs !== undefined) addPairs(ideographs, tokens);
    else if (syllables !== undefined) addPairs(syllables, tokens);
    else if (unspaced !== undefined) addSegments(unspaced, tokens);
    else addIdentifier(identifier!, tokens);
  }
  return tokens;
}

/** Each character, and each pair of neighbours: every word of two characters is found, however a reader would divide the run. */
function addPairs(characters: string, tokens: Token[]): void {
  let before: string | undefined;
  for (const character of characters) {
    tokens.push({ text: character, isWord: false });
    if (before !== undefined) tokens.push({ text: before + character, isWord: false });
    before = character;
  }
}

function addSegments(letters: string, tokens: Token[]): void {
  for (const { segment, isWordLike } of segmenter.segment(letters))
    if (isWordLike) tokens.push({ text: segment, isWord: true });
}

/** Most runs: no marks, no digits, no bound of case inside. */
const plainWord = /^\p{L}[\p{Ll}\p{Lo}\p{M}]*$/u;

function addIdentifier(identifier: string, tokens: Token[]): void {
  if (plainWord.test(identifier)) return void tokens.push({ text: identifier.toLowerCase(), isWord: true });
  const { words, exact } = splitIdentifier(identifier);
  for (const text of exact) tokens.push({ text: text.toLowerCase(), isWord: false });
  for (const text of words) tokens.push({ text: text.toLowerCase(), isWord: true });
}
