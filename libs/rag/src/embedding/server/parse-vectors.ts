import { normOf, unitVector } from '../embedder.js';
import { EmbeddingFailure } from './embedding-failure.js';

interface EmbeddingItem {
  readonly index?: number;
  /** Numbers, or the bytes of 32-bit floats in base64. */
  readonly embedding?: unknown;
}

const bytesPerFloat = 4;
/** Of an error that passes by itself. */
const passingText =
  /overload|rate.?limit|too many requests|server.?error|internal error|unavailable|\bbusy\b/i;
const tooLargeText = /out.of.memory/i;

/**
 * The unit vectors of an answer `{data: [{index, embedding}]}`, in the order of `index`, or of the list if it has no indexes.
 *
 * @throws EmbeddingFailure `incomplete` if vectors are missing, `overloaded` or `refused` for an error with status 200, else `malformed`
 */
export function parseVectors(answer: unknown, count: number): Float32Array[] {
  const { data, error } = (answer ?? {}) as { data?: unknown; error?: unknown };
  if (error && Object.keys(error).length > 0) throw toFailure(JSON.stringify(error).slice(0, 300));
  if (!Array.isArray(data)) throw new EmbeddingFailure('malformed', 'the answer has no list `data`');
  if (data.length < count)
    throw new EmbeddingFailure('incomplete', `${data.length} vectors for ${count} texts`);
  const vectors = inOrder(data as (EmbeddingItem | null)[], count).map(toVector);
  const areAlike = vectors.every(({ length }) => length > 0 && length === vectors[0]!.length);
  if (!areAlike || !vectors.every(isDirection))
    throw new EmbeddingFailure('malformed', 'the answer does not have one vector of numbers for each text');
  return vectors.map(unitVector);
}

function toFailure(error: string): EmbeddingFailure {
  const passes = passingText.test(error) && !tooLargeText.test(error);
  return new EmbeddingFailure(passes ? 'overloaded' : 'refused', error);
}

/** A vector of zeros has no direction: nothing could be compared with it. */
function isDirection(vector: Float32Array): boolean {
  const norm = normOf(vector);
  return Number.isFinite(norm) && norm > 0;
}

function inOrder(items: readonly (EmbeddingItem | null)[], count: number): unknown[] {
  const byIndex = new Map(items.map((item) => [item?.index, item]));
  const indexes = Array.from({ length: count }, (_, index) => index);
  // Some servers count from 1, or number each text with 0.
  const isNumbered = indexes.every((index) => byIndex.has(index));
  return indexes.map((index) => (isNumbered ? byIndex.get(index) : items[index])?.embedding);
}

function toVector(embedding: unknown): Float32Array {
  // A model without pooling, or with one vector for a text: a list of one list.
  if (Array.isArray(embedding) && embedding.length === 1 && Array.isArray(embedding[0]))
    return toVector(embedding[0]);
  if (typeof embedding === 'string') return decodeFloats(Buffer.from(embedding, 'base64'));
  const isList = Array.isArray(embedding) && embedding.every((value) => typeof value === 'number');
  return new Float32Array(isList ? (embedding as number[]) : []);
}

/** Little-endian, as OpenAI sends them. */
function decodeFloats(bytes: Buffer): Float32Array {
  return Float32Array.from({ length: Math.floor(bytes.length / bytesPerFloat) }, (_, index) =>
    bytes.readFloatLE(index * bytesPerFloat),
  );
}
