import { Injectable } from '@nestjs/common';
import { type CounterMetric, type HistogramMetric, Metrics } from '#telemetry';
import type { QueryResponse } from '../query.response.js';

/** How a query ended. `refused`: it may not be asked, such as beyond a quota; `cancelled`: its client left. */
export type QueryOutcome = 'answered' | 'failed' | 'refused' | 'cancelled';

/** A query that has ended. */
export interface EndedQuery {
  readonly mode: 'whole' | 'streamed';
  readonly outcome: QueryOutcome;
  readonly ms: number;
  /** Null: no model began to write, or the answer came whole. */
  readonly firstTokenMs: number | null;
  /** Null without an answer. */
  readonly response: QueryResponse | null;
}

const stages = ['config', 'retrieve', 'rerank', 'generate'] as const;
const secondsBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300];
const metricDefinitions = {
  queries: {
    name: 'attune_queries_total',
    help: 'Queries by mode (whole or streamed), by how they ended (answered, failed, refused by a limit, cancelled by the client), and whether the fallback model answered',
    labels: ['mode', 'outcome', 'fallback'],
  },
  seconds: {
    name: 'attune_query_seconds',
    help: 'Time of queries from the question to the end of the answer, by mode and by how they ended',
    labels: ['mode', 'outcome'],
    buckets: secondsBuckets,
  },
  stageSeconds: {
    name: 'attune_query_stage_seconds',
    help: 'Time of each stage of answered queries: config (loading the configuration), retrieve, rerank, generate (the model, with retries and fallback)',
    labels: ['stage'],
  },
  firstToken: {
    name: 'attune_query_first_token_seconds',
    help: 'Time from a streamed question to the first piece of its answer',
    buckets: secondsBuckets,
  },
  tokens: {
    name: 'attune_query_tokens_total',
    help: 'Tokens of answered queries, by model and kind (prompt or completion)',
    labels: ['model', 'kind'],
  },
  cost: {
    name: 'attune_query_cost_usd_total',
    help: 'Cost of answered queries in US dollars by the prices of the catalogue, by model',
    labels: ['model'],
  },
} as const;

/** Counts queries, their time and their cost. No label names a tenant. */
@Injectable()
export class QueryMetrics {
  private readonly queries: CounterMetric;
  private readonly seconds: HistogramMetric;
  private readonly stageSeconds: HistogramMetric;
  private readonly firstToken: HistogramMetric;
  private readonly tokens: CounterMetric;
  private readonly cost: CounterMetric;

  constructor(metrics: Metrics) {
    this.queries = metrics.counter(metricDefinitions.queries);
    this.seconds = metrics.histogram(metricDefinitions.seconds);
    this.stageSeconds = metrics.histogram(metricDefinitions.stageSeconds);
    this.firstToken = metrics.histogram(metricDefinitions.firstToken);
    this.tokens = metrics.counter(metricDefinitions.tokens);
    this.cost = metrics.counter(metricDefinitions.cost);
  }

  record({ mode, outcome, ms, firstTokenMs, response }: EndedQuery): void {
    const fallback = String(response?.fallback_used ?? false);
    this.queries.add({ mode, outcome, fallback });
    this.seconds.observe(ms / 1000, { mode, outcome });
    if (firstTokenMs !== null) this.firstToken.observe(firstTokenMs / 1000);
    if (response !== null) this.recordAnswer(response);
  }

  private recordAnswer({ model_used: model, usage, timings_ms: timings }: QueryResponse): void {
    for (const stage of stages) this.stageSeconds.observe(timings[stage] / 1000, { stage });
    this.tokens.add({ model, kind: 'prompt' }, usage.prompt_tokens);
    this.tokens.add({ model, kind: 'completion' }, usage.completion_tokens);
    this.cost.add({ model }, usage.cost_usd);
  }
}
