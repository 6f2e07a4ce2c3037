import { Pinecone } from '@pinecone-database/pinecone';
import { asWhole, scoresOf } from './judgements.js';
import { type Passage, Reranker } from './reranker.js';

export interface PineconeInference {
  readonly apiKey: string;
  /** null: `bge-reranker-v2-m3`. */
  readonly model: string | null;
  /** Pinecone's own unless given. */
  readonly url?: string;
}

const usualModel = 'bge-reranker-v2-m3';
/** The most that every model of Pinecone's takes at once. */
const mostDocuments = 100;

/** Pinecone's inference API through its SDK. */
export class PineconeReranker extends Reranker {
  constructor(private readonly service: PineconeInference) {
    super();
  }

  async judge(question: string, passages: readonly Passage[], signal: AbortSignal): Promise<number[]> {
    const documents = passages.slice(0, mostDocuments).map(asWhole);
    const { data } = await this.client(signal).inference.rerank({
      model: this.service.model ?? usualModel,
      query: question,
      documents,
      returnDocuments: false,
      parameters: { truncate: 'END' },
    });
    const scores = scoresOf(data, documents.length);
    return passages.map((_, index) => scores[index] ?? 0);
  }

  /** The SDK takes a signal by way of `fetch` only. */
  private client(signal: AbortSignal): Pinecone {
    const { apiKey, url } = this.service;
    return new Pinecone({
      apiKey,
      maxRetries: 1,
      fetchApi: (input, init) => fetch(input, { ...init, signal }),
      ...(url !== undefined && { controllerHostUrl: url }),
    });
  }
}
