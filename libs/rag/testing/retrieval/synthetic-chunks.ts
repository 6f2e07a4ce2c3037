import { unitVector } from '../../src/embedding/embedder.js';
import type { CorpusChunk } from '../../src/retrieval/memory/corpus-builder.js';

export interface SyntheticCorpus {
  readonly documents: number;
  readonly chunksPerDocument: number;
  /** Characters of a chunk. */
  readonly characters: number;
  readonly dimensions: number;
}

/** Park and Miller's generator, from 0 to 1, so that every run has the same chunks. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** About as often as in a language: the word of rank n has a share of about 1/n. */
function aWord(random: () => number): string {
  const rank = Math.floor(50_000 ** random());
  return `${rank.toString(36)}word`.slice(0, 4 + (rank % 7));
}

/** Chunks of random words, in the order of their keys. */
export function* syntheticChunks(corpus: SyntheticCorpus): Generator<CorpusChunk> {
  const random = randomFrom(7);
  for (let document_number = 1; document_number <= corpus.documents; document_number += 1)
    for (let position = 1; position <= corpus.chunksPerDocument; position += 1)
      yield {
        document_number,
        position,
        ...aText(corpus.characters, random),
        vector: aVector(corpus, random),
      };
}

function aText(
  characters: number,
  random: () => number,
): Pick<CorpusChunk, 'text' | 'length' | 'lexemes' | 'frequencies'> {
  const words: string[] = [];
  for (let length = 0; length < characters; length += words.at(-1)!.length + 1) words.push(aWord(random));
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const text = words.join(' ').slice(0, characters);
  return { text, length: words.length, lexemes: [...counts.keys()], frequencies: [...counts.values()] };
}

/** In the format of `array_send`. */
function aVector({ dimensions }: SyntheticCorpus, random: () => number): Buffer {
  const values = unitVector(Array.from({ length: dimensions }, () => random() - 0.5));
  const bytes = Buffer.alloc(20 + dimensions * 8);
  for (const [index, value] of values.entries()) bytes.writeFloatBE(value, 24 + index * 8);
  return bytes;
}
