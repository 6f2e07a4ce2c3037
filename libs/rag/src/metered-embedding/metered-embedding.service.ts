import { performance } from 'node:perf_hooks';
import { Inject, Injectable } from '@nestjs/common';
import { ConfigReader } from '#config';
import { FairQueue } from '#kernel';
import { MeteringConfig, MeteringService, meteringConfig } from '#metering';
import { Embedder } from '../embedding/embedder.js';
import { Deadline, millisecondsSince } from '../llm/fallback/deadline.js';
import { estimateTextTokens } from '../llm/token-estimate.js';

/** Texts that a tenant wants as vectors. */
export interface EmbeddingInput {
  readonly tenantId: string;
  /** Who asks: the tenant's own user id, else the credential's subject. */
  readonly subject: string;
  readonly texts: readonly string[];
}

/** The vectors of texts, in their order. */
export interface MeteredEmbedding {
  readonly vectors: readonly Float32Array[];
  /** Of all texts together, an upper estimate. */
  readonly tokens: number;
}

/** Embedding keeps processors and the embedding server busy, which uploads and questions need too. */
const limits = { maxRunning: 4, maxRunningPerTenant: 1 };

/** Turns texts into vectors by the service's embedder, for the tenants' own use. */
@Injectable()
export class MeteredEmbeddingService {
  readonly queue = new FairQueue(limits);

  constructor(
    private readonly embedder: Embedder,
    private readonly configurations: ConfigReader,
    private readonly metering: MeteringService,
    @Inject(meteringConfig.KEY) private readonly config: MeteringConfig,
  ) {}

  /** The embedder's id: vectors of two ids cannot be compared. */
  get model(): string {
    return this.embedder.id;
  }

  /**
   * One vector of unit length for each text. It counts as one query of the day, costs nothing, and is in the usage log under the
   * embedder's id. Tenants take turns, batch by batch.
   *
   * @throws QuotaExceededError, BudgetExceededError, TenantNotFoundError, UnavailableError; nothing is embedded then
   * @throws UpstreamError when the embedding server fails, the deadline passes or the client disconnects
   */
  async embed(input: EmbeddingInput, clientSignal: AbortSignal): Promise<MeteredEmbedding> {
    const startedAt = performance.now();
    const { tenantId, subject: userId, texts } = input;
    const deadline = new Deadline(this.config.queryDeadlineMs, clientSignal);
    const { version: configVersion } = await this.configurations.forQuery(tenantId, userId);
    const maxDurationMs = deadline.totalMs;
    const metered = { tenantId, userId, configVersion, maxCostUsd: 0, maxDurationMs };
    const reservation = await this.metering.admit(metered);
    const vectors = await deadline
      .beforeModelCall((signal) => this.embedInTurns(input, signal))
      .catch(async (error: unknown) => {
        const outcome = deadline.hasClientLeft ? 'cancelled' : 'failed';
        await reservation.release(outcome, millisecondsSince(startedAt)).catch(() => undefined);
        throw error;
      });
    const tokens = texts.reduce((sum, text) => sum + estimateTextTokens(text), 0);
    await reservation.settle({
      outcome: 'answered',
      model: this.model,
      promptTokens: tokens,
      completionTokens: 0,
      costUsd: 0,
      latencyMs: millisecondsSince(startedAt),
    });
    return { vectors, tokens };
  }

  private async embedInTurns(
    { tenantId, texts }: EmbeddingInput,
    signal: AbortSignal,
  ): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    while (vectors.length < texts.length) {
      const batch = texts.slice(vectors.length, vectors.length + this.embedder.batchSize);
      const embed = () => this.embedder.embed(batch, { signal });
      vectors.push(...(await this.queue.run(tenantId, embed, { signal })));
    }
    return vectors;
  }
}
