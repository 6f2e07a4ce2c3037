import { createHash } from 'node:crypto';
import { type AnalysedText, analyseText } from '../../analysis/analyse-text.js';
import type { Language, LanguageChoice } from '../../analysis/languages.js';
import { recogniseLanguage } from '../../analysis/recognise-language.js';
import { codePointLabel, findNonTextCharacter } from '../text-rules.js';
import { splitIntoChunks } from './split-into-chunks.js';

/** A document as it was sent. */
export interface UnpreparedText {
  readonly title: string;
  readonly text: string;
  /** The language of its words. */
  readonly language: LanguageChoice;
}

/** A chunk with the words of its document's title and its own. */
interface PreparedChunk {
  readonly text: string;
  /** Title and text. */
  readonly indexedText: string;
  readonly words: AnalysedText;
}

/** A text that can be stored, split into chunks. */
export interface PreparedText {
  readonly chunks: readonly PreparedChunk[];
  /** The language in which the words were analysed. */
  readonly language: Language;
  /** SHA-256 of the text. */
  readonly digest: string;
}

/** Why a text cannot be stored. The message is a whole sentence about the field `text`. */
export interface TextError {
  readonly rule: 'pattern' | 'too_many';
  readonly message: string;
  readonly offset?: number;
  readonly max?: number;
}

/** A text of 10,000,000 characters has fewer, unless it consists of very short sections. */
const maxChunks = 20_000;

/** Checks a text, splits it into chunks and analyses their words. */
export function prepareText({ title, text, language: choice }: UnpreparedText): PreparedText | TextError {
  const offset = findNonTextCharacter(text);
  if (offset >= 0) {
    const message = `text has the control character or lone surrogate ${codePointLabel(text, offset)}; remove it.`;
    return { rule: 'pattern', offset, message };
  }
  const chunks: string[] = [];
  for (const chunk of splitIntoChunks(text)) {
    if (chunks.length === maxChunks) return tooManyChunksError();
    chunks.push(chunk.text);
  }
  if (chunks.length === 0)
    return { rule: 'pattern', message: 'text must contain something other than white space.' };
  const language = choice === 'auto' ? recogniseLanguage(toIndexedText(title, text)) : choice;
  return {
    language,
    chunks: chunks.map((chunk) => toPreparedChunk(title, chunk, language)),
    digest: createHash('sha256').update(text).digest('hex'),
  };
}

/** What a chunk is found by: the words of its document's title and its own. */
export function toIndexedText(title: string, text: string): string {
  return `${title}\n${text}`;
}

function toPreparedChunk(title: string, text: string, language: Language): PreparedChunk {
  const indexedText = toIndexedText(title, text);
  return { text, indexedText, words: analyseText(indexedText, language) };
}

function tooManyChunksError(): TextError {
  const message = `text has so many short sections that it would give more than ${maxChunks} chunks; split it into several documents.`;
  return { rule: 'too_many', max: maxChunks, message };
}
