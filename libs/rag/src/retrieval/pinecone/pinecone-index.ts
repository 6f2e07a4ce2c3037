import { type Index, Pinecone, type PineconeRecord } from '@pinecone-database/pinecone';
import { UpstreamError } from '#kernel';
import type { SparseVector } from './sparse-vector.js';

export interface PineconeOptions {
  readonly apiKey: string;
  /** The index by name, which Pinecone is asked for the host of, or by host; it must compare by dot product. */
  readonly index: string | null;
  readonly host: string | null;
}

export interface PineconeVector {
  readonly id: string;
  readonly dense: Float32Array;
  readonly sparse: SparseVector | null;
}

export interface PineconeMatch {
  readonly id: string;
  readonly score: number;
  /** The dense vector, where it was asked for. */
  readonly dense: readonly number[];
}

/** Pinecone takes 2 MB a request and 1,000 ids a deletion. */
const upsertBatchSize = 100;
const deleteBatchSize = 1000;
const timeoutMs = 5_000;
/** Pinecone wants a dense vector that is not all zeros; this one says nothing. */
const negligibleValue = 1e-12;

/** One index of Pinecone through its SDK, each call bounded in time; a namespace for each tenant. */
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
      await withDomainErrors(() => this.index.namespace(namespace).upsert({ records }));
    }
  }

  /** Best first, by the product of the dense vectors alone. */
  queryDense(namespace: string, dense: Float32Array, depth: number): Promise<PineconeMatch[]> {
    return this.query(namespace, { vector: Array.from(dense), topK: depth });
  }

  /** Best first, by the product of the sparse vectors alone, with their dense ones of `dimension` numbers; some may share no word. */
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
    const { matches } = await withDomainErrors(() => this.index.namespace(namespace).query(query));
    return matches.map(({ id, score = 0, values = [] }) => ({ id, score, dense: values }));
  }
}

function fetchWithTimeout(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  return fetch(input, { ...init, signal: AbortSignal.timeout(timeoutMs) });
}

function toRecord({ id, dense, sparse }: PineconeVector): PineconeRecord {
  return { id, values: Array.from(dense), ...(sparse && { sparseValues: sparse }) };
}

/** The SDK's messages may repeat the request, so only the error's name is told. */
async function withDomainErrors<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const { name, cause } = error as Error & { cause?: Error };
    const isTimeout = [name, cause?.name].includes('TimeoutError');
    const message = `Pinecone did not do as asked (${isTimeout ? 'timeout' : name}); nothing was changed. Try again later.`;
    throw new UpstreamError(isTimeout ? 'timeout' : 'failed', message, [], error);
  }
}

/** What is not there is deleted already. */
async function ignoreNotFound(call: () => Promise<void>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if ((error as Error).name !== 'PineconeNotFoundError')
      await withDomainErrors(() => Promise.reject(error as Error));
  }
}
