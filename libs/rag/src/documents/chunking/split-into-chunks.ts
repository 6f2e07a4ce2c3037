import { splitIntoSections, type Section } from './split-into-sections.js';
import { splitIntoSentences } from './split-into-sentences.js';

/** A part of a document that is found, and shown to the model, as one. */
export interface DraftChunk {
  /** The headings it stands under, `Plans > Refunds`; empty where there are none. */
  readonly heading: string;
  /** Begins with the heading where there is one. */
  readonly text: string;
}

/** In UTF-16 units. A sentence longer than `sentence` is cut; so two chunks share at least one piece, and each brings a new one. */
const sizesInCharacters = { chunk: 1200, overlap: 150, sentence: 400 } as const;

/** Counts up whenever the same text would be cut otherwise: part of a document's digest, so that it is cut again when re-added. */
export const chunkingVersion = 1;

/**
 * Cuts a text or Markdown document into chunks of at most 1,200 characters (beside the heading) that end with a sentence. A chunk
 * stays within its section and begins with the last sentences, about 150 characters, of the chunk before. The same text always
 * gives the same chunks; a text that is not blank gives at least one.
 */
export function splitIntoChunks(text: string): DraftChunk[] {
  return splitIntoSections(text.replace(/\r\n?/g, '\n')).flatMap(splitSectionIntoChunks);
}

function splitSectionIntoChunks({ headings, body }: Section): DraftChunk[] {
  const heading = headings.join(' > ');
  const bodies = packSentences(splitIntoSentences(body, sizesInCharacters.sentence)).map((packed) =>
    packed.trim(),
  );
  const nonBlank = bodies.filter((packed) => packed !== '');
  if (heading === '') return nonBlank.map((packed) => ({ heading, text: packed }));
  if (nonBlank.length === 0) return [{ heading, text: heading }];
  return nonBlank.map((packed) => ({ heading, text: `${heading}\n\n${packed}` }));
}

function packSentences(sentences: readonly string[]): string[] {
  const chunks: string[] = [];
  let current: string[] = [];
  for (const sentence of sentences) {
    if (totalLength(current) + sentence.length > sizesInCharacters.chunk) {
      chunks.push(current.join(''));
      current = overlapOf(current);
    }
    current.push(sentence);
  }
  return [...chunks, current.join('')];
}

/** The last sentences, as few as make up the overlap. */
function overlapOf(sentences: readonly string[]): string[] {
  let from = sentences.length;
  while (from > 0 && totalLength(sentences.slice(from)) < sizesInCharacters.overlap) from -= 1;
  return sentences.slice(from);
}

function totalLength(sentences: readonly string[]): number {
  return sentences.reduce((sum, { length }) => sum + length, 0);
}
