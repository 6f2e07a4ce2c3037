import { performance } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import type { CompiledConfiguration } from '#config';
import { FairQueue } from '#kernel';
import { type SpanDescription, attributeNames, inSpan, spanNames } from '#telemetry';
import { type Deadline, millisecondsSince } from '../llm/fallback/deadline.js';
import type { ConversationTurn } from '../llm/generation.js';
import { RerankingService, rerankCandidateCount } from '../reranking/reranking.service.js';
import type { MetadataFilter } from '../retrieval/metadata-filter.js';
import { type RetrievalResult, type RetrievedChunk, Retriever } from '../retrieval/retriever.js';
import { followUpForms } from './conversation/follow-up-forms.js';
import type { Degradation } from './degradation.js';

/** What is looked for, and where. */
export interface ContextQuery {
  readonly configuration: Pick<CompiledConfiguration, 'tenantId' | 'settings'>;
  readonly question: string;
  /** The turns before the question. */
  readonly history?: readonly ConversationTurn[];
  /** Only documents with this metadata. */
  readonly filter?: MetadataFilter;
  readonly deadline: Deadline;
  /** How long it took to load the configuration. */
  readonly configMs: number;
}

export interface ContextOptions {
  /** `database`: nothing that is in memory is used. */
  readonly source?: 'database';
  /** Also returns all candidates that do not reach the prompt. */
  readonly withDropped?: boolean;
}

/** A chunk with all of its scores. */
export interface RankedChunk extends RetrievedChunk {
  /** The reranker's score; absent or null without one. */
  readonly rerankScore?: number | null;
}

export const dropReasons = ['top_k', 'rerank', 'min_score'] as const;

/** Why a chunk does not reach the prompt: the setting that leaves it out. */
export type DropReason = (typeof dropReasons)[number];

interface DroppedChunk {
  readonly chunk: RankedChunk;
  readonly droppedBy: DropReason;
}

export interface RankedChunks {
  /** The chunks for the prompt, best first. */
  readonly chunks: readonly RankedChunk[];
  /** Further candidates, best first; all of them only with `withDropped`. */
  readonly dropped: readonly DroppedChunk[];
  readonly degraded: readonly Degradation[];
}

export interface FoundContext extends RankedChunks, Pick<RetrievalResult, 'memoryVersion'> {
  readonly timings: { readonly config: number; readonly retrieve: number; readonly rerank: number };
}

/** Retrieval and reranking need this replica's processors and database connections, so one tenant must not take them all. */
const retrievalLimits = { maxRunning: 64, maxRunningPerTenant: 8 };

/**
 * Finds the chunks for a prompt. Without reranking it takes the `retrieval_top_k` best of retrieval. With reranking it retrieves
 * `rerankCandidateCount` candidates and takes the `rerank_top_n` best of them (specification §4.0). If the reranker fails, the order
 * of retrieval stays and `degraded` says so. Chunks whose last score, the one that the answer shows, is below `retrieval_min_score` are
 * left out.
 */
@Injectable()
export class ContextRetriever {
  readonly queue = new FairQueue(retrievalLimits);

  constructor(
    private readonly retriever: Retriever,
    private readonly reranking: RerankingService,
  ) {}

  /**
   * Retrieves and ranks, within the deadline. Tenants take turns.
   *
   * @throws UpstreamError `upstream-timeout` when the deadline passes, `upstream-failed` when the client disconnects
   * @throws UnavailableError when the database is unreachable
   */
  find(query: ContextQuery, options: ContextOptions = {}): Promise<FoundContext> {
    const { tenantId } = query.configuration;
    return query.deadline.beforeModelCall((signal) =>
      this.queue.run(tenantId, () => this.retrieveAndRank(query, options, signal), { signal }),
    );
  }

  /** The tenant's documents have this version, and not the one that was searched in memory. */
  correct({ tenantId }: ContextQuery['configuration'], version: number): void {
    this.retriever.correct(tenantId, version);
  }

  private async retrieveAndRank(
    query: ContextQuery,
    options: ContextOptions,
    signal: AbortSignal,
  ): Promise<FoundContext> {
    const { rerank_enabled: isReranked } = query.configuration.settings;
    const retrievalStartedAt = performance.now();
    const retrieval = await inSpan(
      () => describeRetrieval(query),
      async (span) => {
        const found = await this.retrieve(query, options);
        span.set({ [attributeNames.chunks]: found.chunks.length });
        return found;
      },
    );
    const retrieve = millisecondsSince(retrievalStartedAt);
    signal.throwIfAborted();
    const rankingStartedAt = performance.now();
    const ranked = await this.rank(retrieval, query);
    const rerank = isReranked ? millisecondsSince(rankingStartedAt) : 0;
    return { ...retrieval, ...ranked, timings: { config: query.configMs, retrieve, rerank } };
  }

  private retrieve(
    { configuration: { tenantId, settings }, question, history, filter }: ContextQuery,
    { source, withDropped }: ContextOptions,
  ): Promise<RetrievalResult> {
    const { retrieval_top_k: topK, retrieval_alpha: alpha, rerank_enabled: isReranked } = settings;
    // A configuration that an older release kept has no retrieval_language.
    const { retrieval_language: language = 'auto' } = settings;
    const furtherForms = followUpForms(question, history);
    return this.retriever.retrieve({
      tenantId,
      question,
      ...(furtherForms.length > 0 && { furtherForms }),
      language,
      topK: isReranked ? rerankCandidateCount(topK) : topK,
      alpha,
      ...(withDropped && { maxChunks: rerankCandidateCount(topK) }),
      ...(filter && { filter }),
      ...(source && { source }),
    });
  }

  /** Reranks the retrieved chunks, if the configuration asks for it, and drops weak ones. Never rejects because of the reranker. */
  private async rank({ chunks, degraded }: RetrievalResult, query: ContextQuery): Promise<RankedChunks> {
    const { settings } = query.configuration;
    const { kept, dropped, failures } = settings.rerank_enabled
      ? await this.rerank(chunks, query)
      : splitAtTopK(chunks, settings.retrieval_top_k);
    // A configuration that an older release kept has no retrieval_min_score; it then drops nothing.
    const isWeak = ({ score }: RankedChunk): boolean => score < settings.retrieval_min_score;
    const weak = kept.filter(isWeak).map((chunk): DroppedChunk => ({ chunk, droppedBy: 'min_score' }));
    return {
      chunks: kept.filter((chunk) => !isWeak(chunk)),
      dropped: [...weak, ...dropped],
      degraded: [...degraded, ...failures],
    };
  }

  private async rerank(
    chunks: readonly RetrievedChunk[],
    { configuration: { settings }, question, history, deadline }: ContextQuery,
  ): Promise<SplitChunks> {
    const { rerank_top_n: topN } = settings;
    const furtherForms = followUpForms(question, history);
    const input = { question, furtherForms, chunks, topN, timeoutMs: deadline.remainingMs };
    const describe = () => ({ name: spanNames.rerank, attributes: { [attributeNames.rerankTopN]: topN } });
    const {
      chunks: kept,
      dropped,
      failure,
    } = await inSpan(describe, async (span) => {
      const result = await this.reranking.rerank(input);
      if (result.failure !== null) span.fail(spanNames.rerank);
      return result;
    });
    return {
      kept,
      dropped: dropped.map((chunk) => ({ chunk, droppedBy: 'rerank' })),
      failures: failure === null ? [] : [{ stage: 'rerank', reason: failure }],
    };
  }
}

function describeRetrieval({ configuration: { tenantId, settings } }: ContextQuery): SpanDescription {
  return {
    name: spanNames.retrieval,
    attributes: {
      [attributeNames.operation]: spanNames.retrieval,
      [attributeNames.dataSource]: tenantId,
      [attributeNames.topK]: settings.retrieval_top_k,
    },
  };
}

interface SplitChunks {
  readonly kept: readonly RankedChunk[];
  readonly dropped: readonly DroppedChunk[];
  readonly failures: readonly Degradation[];
}

function splitAtTopK(chunks: readonly RetrievedChunk[], topK: number): SplitChunks {
  const dropped = chunks.slice(topK).map((chunk): DroppedChunk => ({ chunk, droppedBy: 'top_k' }));
  return { kept: chunks.slice(0, topK), dropped, failures: [] };
}
