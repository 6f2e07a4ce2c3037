import { type Index, Pinecone, type PineconeRecord } from '@pinecone-database/pinecone';
import { UpstreamError } from '#kernel';
import type { SparseVector } from './sparse-vector.js';

/** Key and index of Pinecone. */
export interface PineconeOptions {
  readonly apiKey: string;
  /** Name of the index; its host is then looked up. Either `index` or `host` is set. The metric must be `dotproduct`. */
  readonly index: string | null;
  readonly host: string | null;
}

/** A vector to be stored, dense and sparse. */
export interface PineconeVector {
  readonly id: string;
  readonly dense: Float32Array;
  readonly sparse: SparseVector | null;
}

/** A vector that a query found. */
export interface PineconeMatch {
  readonly id: string;
  readonly score: number;
  /** The dense vector if the query asked for it, else empty. */
  readonly dense: readonly number[];
}

/** Pinecone's limits are 2 MB per request and 1,000 ids per deletion. */
const upsertBatchSize = 100;
const deleteBatchSize = 1000;
const timeoutMs = 5_000;
/** Fills a dense vector that must not matter: Pinecone refuses a vector of zeros. */
const negligibleValue = 1e-12;

/** One Pinecone index through its SDK, with a namespace for each tenant. Every method throws `UpstreamError` on failure and timeout. */
export class PineconeIndex {
  readonly name: string;
  private readonly index: Index;

  constructor({ apiKey, index, host }: PineconeOptions) {
    this.name = index ?? host ?? '';
    const client = new Pinecone({ apiKey, maxRetries: 1, fetchApi: fetchWithTimeout });
    this.index = client.index({ ...(index !== null && { name: index }), ...(host !== null && { host }) });
  }

  async upsert(namespace: string, vectors: readonly PineconeVector[]): Promise<void> {
    for (let from = 0; from < vectors.length; from += upsertBatchSize) {
      const records = vectors.slice(from, from + upsertBatchSize).map(toRecord);
      await withUpstreamErrors(() => this.index.namespace(namespace).upsert({ records }));
    }
  }

  /** Does nothing if the vector does not exist. */
  async updateSparse(namespace: string, id: string, sparseValues: SparseVector): Promise<void> {
    await ignoreNotFound(() => this.index.namespace(namespace).update({ id, sparseValues }));
  }

  /** Best first, by the product of the dense vectors. */
  queryDense(namespace: string, dense: Float32Array, depth: number): Promise<PineconeMatch[]> {
    return this.query(namespace, { vector: Array.from(dense), topK: depth });
  }

  /** Best first, by the product of the sparse vectors, with the dense vector of each match. Matches may share no word with the question. */
  querySparse(
    namespace: string,
    sparse: SparseVector,
    dimension: number,
    depth: number,
  ): Promise<PineconeMatch[]> {
    const vector = Array.from({ length: dimension }, () => negligibleValue);
    return this.query(namespace, { vector, sparseVector: sparse, topK: depth, includeValues: true });
  }

  async delete(namespace: string, ids: readonly string[]): Promise<void> {
    for (let from = 0; from < ids.length; from += deleteBatchSize) {
      const batch = ids.slice(from, from + deleteBatchSize);
      await ignoreNotFound(() => this.index.namespace(namespace).deleteMany({ ids: batch }));
    }
  }

  async deleteNamespace(namespace: string): Promise<void> {
    await ignoreNotFound(() => this.index.deleteNamespace(namespace));
  }

  private async query(namespace: string, query: Parameters<Index['query']>[0]): Promise<PineconeMatch[]> {
    const { matches } = await withUpstreamErrors(() => this.index.namespace(namespace).query(query));
    return matches.map(({ id, score = 0, values = [] }) => ({ id, score, dense: values }));
  }
}

function fetchWithTimeout(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  return fetch(input, { ...init, signal: AbortSignal.timeout(timeoutMs) });
}

function toRecord({ id, dense, sparse }: PineconeVector): PineconeRecord {
  return { id, values: Array.from(dense), ...(sparse && { sparseValues: sparse }) };
}

/** They do not pass by themselves. */
const finalErrors: ReadonlySet<string> = new Set([
  'PineconeArgumentError',
  'PineconeAuthorizationError',
  'PineconeBadRequestError',
  'PineconeNotFoundError',
]);

/** The message names only the error's class: messages of the SDK may repeat the request. */
async function withUpstreamErrors<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const { name, cause } = error as Error & { cause?: Error };
    const isTimeout = [name, cause?.name].includes('TimeoutError');
    const remedy = finalErrors.has(name)
      ? 'Trying again does not help. Check PINECONE_API_KEY and the index: its dimension must be that of the embedding model.'
      : 'Try again later.';
    const message = `Pinecone failed (${isTimeout ? 'timeout' : name}). Nothing was changed. ${remedy}`;
    throw new UpstreamError(isTimeout ? 'timeout' : 'failed', message, [], error);
  }
}

/** For deletions: a namespace that does not exist is already deleted. */
async function ignoreNotFound(call: () => Promise<void>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if ((error as Error).name !== 'PineconeNotFoundError')
      await withUpstreamErrors(() => Promise.reject(error as Error));
  }
}
