import { createHash } from 'node:crypto';
import { type EmbedOptions, Embedder, unitVector } from '../../src/embedding/embedder.js';

export const wordDimensions = 64;

/** An embedder without a model: texts are similar if they share words. Embedders with different names have different ids. */
export class WordEmbedder extends Embedder {
  readonly id: string;
  readonly calibration = { intercept: -2, slope: 4 };
  readonly batchSize: number = 64;

  constructor(name = 'words') {
    super();
    this.id = `test:${name}`;
  }

  embed(texts: readonly string[], _options?: EmbedOptions): Promise<Float32Array[]> {
    return Promise.resolve(texts.map(vectorOf));
  }
}

function vectorOf(text: string): Float32Array {
  const vector = new Float32Array(wordDimensions).fill(0.01);
  for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? []) {
    const index = createHash('sha256').update(word).digest().readUInt8(0) % wordDimensions;
    vector[index]! += 1;
  }
  return unitVector(vector);
}
