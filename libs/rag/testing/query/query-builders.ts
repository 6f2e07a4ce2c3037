import {
  type CompiledConfiguration,
  type RolloutObservation,
  type RolloutAssignment,
  RolloutObserver,
} from '#config';
import { PromptTemplate } from '#settings';
import { Metrics } from '#telemetry';
import { ContextRetriever } from '../../src/query/context-retriever.js';
import { QueryMetrics } from '../../src/query/recording/query-metrics.js';
import { QueryRecorder } from '../../src/query/recording/query-recorder.js';
import type { QuestionLogService } from '../../src/question-log/question-log.service.js';
import { LocalReranker } from '../../src/reranking/local.reranker.js';
import type { Reranker } from '../../src/reranking/reranker.js';
import { RerankingService } from '../../src/reranking/reranking.service.js';
import type { RetrievedChunk, Retriever } from '../../src/retrieval/retriever.js';
import { aModel } from '../llm/llm-builders.js';

/** The settings of tests do not log questions, so that nothing calls it. */
const noQuestionLog = null as unknown as QuestionLogService;

type Settings = CompiledConfiguration['settings'];

/** The settings of a tenant, with these overrides. */
export function settingsWith(overrides: Partial<Settings> = {}): Settings {
  return {
    log_questions: false,
    model_name: 'gpt-4',
    model_fallback: 'none',
    temperature: 0.3,
    max_tokens: 1000,
    reasoning_effort: 'default',
    retrieval_top_k: 10,
    retrieval_alpha: 0.5,
    rerank_enabled: false,
    rerank_top_n: 3,
    retrieval_min_score: 0,
    retrieval_language: 'auto',
    system_prompt_template: 'Answer from the context.',
    prompt_variables: {},
    ui_primary_color: '#007bff',
    ui_logo_url: null,
    custom_domain: null,
    max_queries_per_day: 1000,
    max_queries_per_minute: 'unlimited',
    max_documents: 10_000,
    monthly_budget_usd: 50,
    ...overrides,
  };
}

/** A compiled prompt template without variables. */
export function aTemplate(source = 'Answer from the context.'): PromptTemplate {
  return PromptTemplate.compile(source, {}).template!;
}

/** The compiled configuration of `acme-law`, version 7. */
export function aConfiguration(overrides: Partial<CompiledConfiguration> = {}): CompiledConfiguration {
  return {
    tenantId: 'acme-law',
    version: 7,
    settings: settingsWith(),
    template: aTemplate(),
    model: aModel(),
    fallbackModel: null,
    rollout: null,
    querySplit: null,
    ...overrides,
  } as CompiledConfiguration;
}

/** A retrieved chunk about rent. */
export function aChunk(overrides: Partial<RetrievedChunk> = {}): RetrievedChunk {
  return {
    doc_id: 'lease',
    chunk_id: 'lease#0',
    title: 'Lease',
    text: 'The rent is due on the first day of each month.',
    metadata: {},
    scores: { dense: 0.9, sparse: 0.76, fused: 0.83 },
    score: 0.83,
    ...overrides,
  };
}

/** A `ContextRetriever` on a fake retriever. */
export function aContextRetriever(
  retriever: Pick<Retriever, 'retrieve'> & Partial<Pick<Retriever, 'correct'>>,
  reranker: Reranker = new LocalReranker(),
): ContextRetriever {
  return new ContextRetriever(retriever as Retriever, new RerankingService(reranker));
}

/** Chunks with ids `lease#0`, `lease#1` and so on. */
export function someChunks(count: number, text = 'The rent is due on the first day.'): RetrievedChunk[] {
  return Array.from({ length: count }, (_, index) => aChunk({ chunk_id: `lease#${index}`, text }));
}

/** Records rollout observations in memory. */
export class FakeObservations {
  readonly recorded: { assignment: RolloutAssignment; observation: RolloutObservation }[] = [];

  asObservations(): RolloutObserver {
    const record = (assignment: RolloutAssignment, observation: RolloutObservation) =>
      this.recorded.push({ assignment, observation });
    return { record } as unknown as RolloutObserver;
  }
}

/** The recorder of queries, with these rollouts and metrics of its own. */
export function aQueryRecorder(observations: FakeObservations): QueryRecorder {
  return new QueryRecorder(observations.asObservations(), noQuestionLog, new QueryMetrics(new Metrics()));
}
