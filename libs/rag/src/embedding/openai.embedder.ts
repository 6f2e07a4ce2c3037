import OpenAI from 'openai';
import { UpstreamError } from '#kernel';
import { callSdk } from '../upstream/call-sdk.js';
import { UpstreamFailure } from '../upstream/upstream-failure.js';
import { Embedder, unitVector } from './embedder.js';

/** An OpenAI-compatible embedding server. */
export interface EmbeddingEndpoint {
  readonly baseUrl: string;
  /** null: the server needs no key. */
  readonly apiKey: string | null;
  readonly model: string;
}

/** OpenAI accepts 2,048 texts per request; other servers accept fewer. */
const batchSize = 64;
const timeoutMs = 10_000;

/** Embeddings of OpenAI or a compatible server, through the `openai` SDK. */
export class OpenAiEmbedder extends Embedder {
  readonly id: string;
  /**
   * An estimate for text-embedding-3, whose cosines are about 0.15 for unrelated texts and 0.5 for an answer: even odds at 0.45.
   * With a model of generally higher cosines, vectors discriminate less and keywords decide more; the order by vectors stays right.
   */
  readonly calibration = { intercept: -5.4, slope: 12 };
  private readonly client: OpenAI;

  constructor(private readonly endpoint: EmbeddingEndpoint) {
    super();
    this.id = `openai:${endpoint.model}`;
    this.client = new OpenAI({
      baseURL: endpoint.baseUrl,
      apiKey: endpoint.apiKey ?? 'none',
      ...(endpoint.apiKey === null && { defaultHeaders: { Authorization: null } }),
      organization: null,
      project: null,
      maxRetries: 1,
      timeout: timeoutMs,
      logLevel: 'off',
    });
  }

  async embed(texts: readonly string[]): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (let from = 0; from < texts.length; from += batchSize) {
      vectors.push(...(await this.embedBatch(texts.slice(from, from + batchSize))));
    }
    return vectors;
  }

  private async embedBatch(texts: string[]): Promise<Float32Array[]> {
    const body = { model: this.endpoint.model, input: texts, encoding_format: 'float' as const };
    try {
      const { signal } = new AbortController();
      const answer: unknown = await callSdk(
        () => this.client.embeddings.create(body),
        signal,
        this.endpoint.apiKey,
      );
      return parseVectors(answer, texts.length);
    } catch (error) {
      throw error instanceof UpstreamFailure ? toUpstreamError(error) : error;
    }
  }
}

/** Checks the answer and sorts the vectors by `index`, which is the position of their text. */
function parseVectors(answer: unknown, count: number): Float32Array[] {
  const data = (answer as Partial<OpenAI.CreateEmbeddingResponse> | null)?.data ?? [];
  const vectors = data.toSorted((a, b) => a.index - b.index).map(({ embedding }) => embedding);
  const isComplete =
    vectors.length === count && vectors.every((vector) => isVector(vector, vectors[0]!.length));
  if (!isComplete)
    throw new UpstreamFailure(
      'malformed_answer',
      'The answer does not have one vector of numbers for each text',
    );
  return vectors.map(unitVector);
}

function isVector(vector: unknown, length: number): boolean {
  return Array.isArray(vector) && vector.length === length && length > 0 && vector.every(Number.isFinite);
}

function toUpstreamError(failure: UpstreamFailure): UpstreamError {
  const message = `The embedding service failed (${failure.kind}). Nothing was changed; try again later.`;
  return new UpstreamError(failure.kind === 'timeout' ? 'timeout' : 'failed', message, [], failure);
}
