import { splitIntoSections, type Section } from './split-into-sections.js';
import { splitIntoSentences } from './split-into-sentences.js';

/** A part of a document. Retrieval finds it and the model gets it as a whole. */
export interface DraftChunk {
  /** The headings above it, `Plans > Refunds`; empty if there are none. */
  readonly heading: string;
  /** Begins with the heading, if there is one. */
  readonly text: string;
}

/** In UTF-16 units. A sentence longer than `sentence` is split, so that neighbouring chunks overlap and each also has new text. */
const sizesInCharacters = { chunk: 1200, overlap: 150, sentence: 400 } as const;

/** Increase it with every change of chunking. It is part of a document's digest, so a document that is added again is split again. */
export const chunkingVersion = 1;

/**
 * Splits a text or Markdown document into chunks of at most 1,200 characters (plus the heading) that end with a sentence. A chunk
 * stays within its section and begins with the last sentences, about 150 characters, of the previous chunk. The same text always
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

/** The fewest last sentences that reach the length of the overlap. */
function overlapOf(sentences: readonly string[]): string[] {
  let from = sentences.length;
  while (from > 0 && totalLength(sentences.slice(from)) < sizesInCharacters.overlap) from -= 1;
  return sentences.slice(from);
}

function totalLength(sentences: readonly string[]): number {
  return sentences.reduce((sum, { length }) => sum + length, 0);
}
