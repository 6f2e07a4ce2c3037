import { Logger } from '@nestjs/common';
import type { Fetch } from '#egress';
import { type EmbedOptions, Embedder, orPeriod } from '../embedder.js';
import { EmbeddingClient, type EmbeddingEndpoint } from './embedding-client.js';
import { EmbeddingFailure, type EmbeddingFailureKind } from './embedding-failure.js';
import { EmbeddingRun, type ServerLimits } from './embedding-run.js';
import { QuestionBatches } from './question-batches.js';
import { type RetryPolicy, withRetries } from './retry.js';

/** An endpoint, and how it is used. */
export interface ServerEmbedderOptions extends EmbeddingEndpoint {
  /** The most texts in one request. It becomes less if the server refuses so many. */
  readonly batch: number;
  /** Put before each question or passage, as the model's card asks for it. */
  readonly prefixes: { readonly question: string | null; readonly passage: string | null };
}

/** Adding a document can wait; a question cannot, and is answered by keywords alone instead. */
const retryPolicies: Readonly<Record<'question' | 'passage', RetryPolicy>> = {
  passage: { maxRetries: 4, maxWaitMs: 60_000 },
  question: { maxRetries: 1, maxWaitMs: 2_000 },
};

/** Completes the sentence "The embedding server …". */
const descriptions: Readonly<Record<EmbeddingFailureKind, string>> = {
  timeout: 'did not answer in time',
  unreachable: 'could not be reached, or the connection broke',
  overloaded: 'is overloaded or failed',
  refused: 'refuses the request',
  incomplete: 'did not send a vector for each text',
  malformed: 'sent an answer that Attune cannot read',
  credentials: 'does not accept the API key',
  quota: 'does not accept more requests',
  not_found: 'does not have the route or the model',
  dimensions: 'sent vectors of another size than EMBEDDINGS_DIMENSIONS',
};

/** Embeddings of OpenAI, or of any server that speaks its protocol. */
export class OpenAiEmbedder extends Embedder {
  readonly id: string;
  /**
   * An estimate for text-embedding-3, whose cosines are about 0.15 for unrelated texts and 0.5 for an answer: even odds at 0.45.
   * With a model of generally higher cosines, vectors discriminate less and keywords decide more; the order by vectors stays right.
   */
  readonly calibration = { intercept: -5.4, slope: 12 };
  private readonly logger = new Logger('embedding');
  private readonly client: EmbeddingClient;
  private readonly limits: ServerLimits;
  private readonly questions = new QuestionBatches(
    (texts, signal) => this.send(texts, 'question', signal),
    () => this.limits.maxTexts,
  );

  constructor(
    private readonly options: ServerEmbedderOptions,
    fetch: Fetch,
  ) {
    super();
    const { model, dimensions, prefixes, batch } = options;
    const variants = [dimensions, prefixes.passage].filter((variant) => variant !== null);
    this.id = [`openai:${model}`, ...variants].join('|');
    this.client = new EmbeddingClient(options, fetch);
    this.limits = { maxTexts: batch, refusedCharacters: Infinity };
  }

  get batchSize(): number {
    return this.limits.maxTexts;
  }

  embed(
    texts: readonly string[],
    { purpose = 'passage', signal }: EmbedOptions = {},
  ): Promise<Float32Array[]> {
    return purpose === 'question' ? this.questions.add(texts, signal) : this.send(texts, purpose, signal);
  }

  private async send(
    texts: readonly string[],
    purpose: 'question' | 'passage',
    signal?: AbortSignal,
  ): Promise<Float32Array[]> {
    const prefix = this.options.prefixes[purpose];
    const prepared = texts.map((text) => (prefix === null ? orPeriod(text) : `${prefix} ${text}`));
    const request = (batch: readonly string[]) =>
      withRetries(() => this.client.request(batch, signal), retryPolicies[purpose], signal);
    try {
      return await new EmbeddingRun(prepared, this.limits, request).complete();
    } catch (error) {
      if (!(error instanceof EmbeddingFailure)) throw error;
      // Retrieval itself logs that a question was not embedded.
      if (purpose === 'passage') this.logger.warn({ err: error }, 'texts were not embedded');
      throw error.toUpstreamError(descriptions[error.kind]);
    }
  }
}
