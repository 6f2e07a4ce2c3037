import { ChunkPacker } from './chunk-packer.js';
import { splitIntoBlocks } from './split-into-blocks.js';
import { splitIntoSections, type Section } from './split-into-sections.js';
import { splitIntoSentences } from './split-into-sentences.js';

/** A part of a document. Retrieval finds it and the model gets it as a whole. */
export interface DraftChunk {
  /** The headings above it, `Plans > Refunds`; empty if there are none. */
  readonly heading: string;
  /** Begins with the heading, if there is one. */
  readonly text: string;
}

/** In UTF-16 units. A longer sentence is split, so that neighbouring chunks overlap and each also has new text. */
const maxSentenceCharacters = 400;

/** Increase it with every change of chunking. It is part of a document's digest, so a document that is added again is split again. */
export const chunkingVersion = 4;

/**
 * Splits a text or Markdown document into chunks of at most 1,200 characters (plus the heading) that end with a sentence. A chunk
 * stays within its section and begins with the last sentences, about 150 characters, of the previous chunk. A table stays in one
 * chunk if it fits; else each of its chunks begins with the table's caption and header. The same text always has the same chunks; a
 * text that is not blank has at least one. The time grows with the length of the text only.
 */
export function* splitIntoChunks(text: string): Generator<DraftChunk> {
  for (const section of splitIntoSections(text.replace(/\r\n?/g, '\n')))
    yield* splitSectionIntoChunks(section);
}

function* splitSectionIntoChunks({ headings, body }: Section): Generator<DraftChunk> {
  const heading = headings.join(' > ');
  let isEmpty = true;
  for (const packed of packBlocks(body)) {
    const trimmed = packed.trim();
    if (trimmed === '') continue;
    isEmpty = false;
    yield { heading, text: heading === '' ? trimmed : `${heading}\n\n${trimmed}` };
  }
  if (isEmpty && heading !== '') yield { heading, text: heading };
}

function* packBlocks(body: string): Generator<string> {
  const packer = new ChunkPacker();
  for (const block of splitIntoBlocks(body)) {
    if (block.kind === 'table') yield* packer.addTable(block);
    else
      for (const sentence of splitIntoSentences(block.text, maxSentenceCharacters))
        yield* packer.add(sentence);
  }
  yield packer.finish();
}
