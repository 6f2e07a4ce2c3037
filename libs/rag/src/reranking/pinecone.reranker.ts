import type { Pinecone } from '@pinecone-database/pinecone';
import { passageText, normalizeScores } from './passage-scores.js';
import { type Passage, Reranker } from './reranker.js';

/** Key and model for Pinecone's rerankers. */
export interface PineconeRerankOptions {
  readonly apiKey: string;
  /** null: `bge-reranker-v2-m3`. */
  readonly model: string | null;
  /** Default: Pinecone's own address. */
  readonly url?: string;
}

const defaultModel = 'bge-reranker-v2-m3';
/** Every model of Pinecone accepts this many documents in a request. */
const maxDocuments = 100;

/** Pinecone's inference API through its SDK. Scores the first 100 passages. */
export class PineconeReranker extends Reranker {
  constructor(private readonly options: PineconeRerankOptions) {
    super();
  }

  async score(
    question: string,
    passages: readonly Passage[],
    signal: AbortSignal,
  ): Promise<(number | null)[]> {
    const documents = passages.slice(0, maxDocuments).map(passageText);
    const client = await this.createClient(signal);
    const { data } = await client.inference.rerank({
      model: this.options.model ?? defaultModel,
      query: question,
      documents,
      returnDocuments: false,
      parameters: { truncate: 'END' },
    });
    const scores = normalizeScores(data, documents.length);
    return passages.map((_, index) => scores[index] ?? null);
  }

  /** The SDK accepts a signal only through a `fetch` of its own. It is loaded only where it is used. */
  private async createClient(signal: AbortSignal): Promise<Pinecone> {
    const { apiKey, url } = this.options;
    const sdk = await import('@pinecone-database/pinecone');
    return new sdk.Pinecone({
      apiKey,
      maxRetries: 1,
      fetchApi: (input, init) => fetch(input, { ...init, signal }),
      ...(url !== undefined && { controllerHostUrl: url }),
    });
  }
}
