import { performance } from 'node:perf_hooks';
import { Inject, Injectable } from '@nestjs/common';
import { type CompiledConfiguration, ConfigReader, ProposedConfigurationService } from '#config';
import type { Principal, RateLimitStatus } from '#http';
import { ForbiddenError } from '#kernel';
import { MeteringConfig, meteringConfig } from '#metering';
import { Deadline, millisecondsSince } from '../llm/fallback/deadline.js';
import {
  type ContextQuery,
  ContextRetriever,
  type FoundContext,
  type RankedChunk,
} from '../query/context-retriever.js';
import type { MetadataFilter } from '../retrieval/metadata-filter.js';
import type { AppliedVersion } from '../query/query.service.js';
import type { ChunkSearchResponse, SearchedChunk } from './chunk-search.response.js';
import { RetrievalLimit } from './retrieval-limit.js';

/** A search in the documents of a tenant, without a model. */
export interface ChunkSearchInput {
  readonly tenantId: string;
  /** Who searches; 60 searches a minute are counted for its credential. */
  readonly principal: Principal;
  readonly question: string;
  /** 1 to `maxTopK`, in place of `retrieval_top_k`. */
  readonly topK?: number;
  /** Only documents with this metadata; from `parseMetadataFilter`. */
  readonly filter?: MetadataFilter;
  /** Settings to try, as PATCH takes them; only for tenant admins. */
  readonly patch?: object;
}

/** The chunks, the configuration that found them, and what is left of the limit. */
export interface ChunkSearchResult extends AppliedVersion {
  readonly response: ChunkSearchResponse;
  readonly rateLimit: RateLimitStatus;
}

/** Finds the chunks that a query would put into its prompt, and those that it would leave out. No model is asked, and no query is counted. */
@Injectable()
export class ChunkSearchService {
  constructor(
    private readonly configurations: ConfigReader,
    private readonly proposals: ProposedConfigurationService,
    private readonly contextRetriever: ContextRetriever,
    private readonly limit: RetrievalLimit,
    @Inject(meteringConfig.KEY) private readonly metering: MeteringConfig,
  ) {}

  /**
   * Searches as `POST /v1/query` does, with the tenant's current configuration or a proposed one.
   *
   * ```ts
   * const { response } = await chunkSearch.search({ tenantId, principal, question: 'When is the rent due?' }, signal);
   * const texts = response.chunks.filter(({ dropped_by }) => dropped_by === null).map(({ text }) => text);
   * ```
   *
   * @param clientSignal Aborts when the client disconnects; the work then stops
   * @throws InvalidInputError with every error of the patch
   * @throws ForbiddenError for a patch of someone who is no tenant admin
   * @throws RateLimitedError after 60 searches of this credential within a minute
   * @throws UpstreamError `upstream-timeout` when the deadline of a query passes
   * @throws UnavailableError when the database is unreachable
   */
  async search(input: ChunkSearchInput, clientSignal: AbortSignal): Promise<ChunkSearchResult> {
    const deadline = new Deadline(this.metering.queryDeadlineMs, clientSignal);
    const startedAt = performance.now();
    const current = await deadline.beforeModelCall(() => this.loadConfiguration(input));
    const configuration = withTopK(current, input.topK);
    const configMs = millisecondsSince(startedAt);
    const { rateLimit, documentsVersion } = await this.limit.consume(input.tenantId, input.principal.actor);
    const { question, filter } = input;
    const query = { configuration, question, ...(filter && { filter }), deadline, configMs };
    const found = await this.find(query, documentsVersion);
    return {
      response: toResponse(found),
      rateLimit,
      configVersion: current.version,
      configSource: this.configurations.sourceOf(current),
    };
  }

  /** Documents that have changed since they were read into memory are searched in the database. */
  private async find(query: ContextQuery, documentsVersion: number): Promise<FoundContext> {
    const found = await this.contextRetriever.find(query, { withDropped: true });
    const { memoryVersion } = found;
    if (memoryVersion === undefined || memoryVersion === documentsVersion) return found;
    return this.contextRetriever.find(query, { withDropped: true, source: 'database' });
  }

  private async loadConfiguration({
    tenantId,
    principal,
    patch,
  }: ChunkSearchInput): Promise<CompiledConfiguration> {
    if (patch === undefined) return this.configurations.forQuery(tenantId, principal.subject);
    if (principal.role !== 'tenant_admin')
      throw new ForbiddenError('Only a tenant admin may search with a patch. Leave it out.');
    const target = { tenantId, author: principal };
    return (await this.proposals.propose(target, patch, { field: 'patch' })).proposed;
  }
}

function withTopK(
  configuration: CompiledConfiguration,
  topK: number | undefined,
): Pick<CompiledConfiguration, 'tenantId' | 'settings'> {
  const { tenantId, settings } = configuration;
  if (topK === undefined) return configuration;
  const rerank_top_n = Math.min(settings.rerank_top_n, topK);
  return { tenantId, settings: { ...settings, retrieval_top_k: topK, rerank_top_n } };
}

function toResponse({ chunks, dropped, degraded, timings }: FoundContext): ChunkSearchResponse {
  return {
    chunks: [
      ...chunks.map((chunk) => toSearchedChunk(chunk, null)),
      ...dropped.map(({ chunk, droppedBy }) => toSearchedChunk(chunk, droppedBy)),
    ],
    degraded: [...degraded],
    timings_ms: timings,
  };
}

function toSearchedChunk(
  { doc_id, chunk_id, title, text, metadata, scores, rerankScore = null }: RankedChunk,
  droppedBy: SearchedChunk['dropped_by'],
): SearchedChunk {
  return {
    doc_id,
    chunk_id,
    title,
    text,
    metadata,
    scores: { ...scores, rerank: rerankScore },
    dropped_by: droppedBy,
  };
}
