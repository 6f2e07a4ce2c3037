/**
 * Every name that spans have, in one place, because the conventions for generative AI still change. They are those of
 * open-telemetry/semantic-conventions-genai at commit ac48b1f9df15fdf281b96cccf15eb707e1fc1868, and for HTTP and databases those of
 * semantic-conventions 1.44. What begins with `attune.` is our own.
 */

/** The names of spans. That of a call to a model is `chat` and the model. */
export const spanNames = {
  query: 'query',
  retrieval: 'retrieval',
  rerank: 'rerank',
  chat: 'chat',
} as const;

/** The names of what spans say. */
export const attributeNames = {
  tenant: 'tenant.id',
  outcome: 'attune.query.outcome',
  failure: 'error.type',
  configSource: 'attune.config.source',
  costUsd: 'attune.cost_usd',
  fallbackUsed: 'attune.fallback.used',
  fallbackReason: 'attune.fallback.reason',
  chunks: 'attune.retrieval.chunks',
  degraded: 'attune.degraded',
  rerankTopN: 'attune.rerank.top_n',
  attemptOutcome: 'attune.attempt.outcome',
  attemptMs: 'attune.attempt.ms',
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  promptName: 'gen_ai.prompt.name',
  promptVersion: 'gen_ai.prompt.version',
  modelAsked: 'gen_ai.request.model',
  modelUsed: 'gen_ai.response.model',
  temperature: 'gen_ai.request.temperature',
  maxTokens: 'gen_ai.request.max_tokens',
  isStream: 'gen_ai.request.stream',
  firstChunkSeconds: 'gen_ai.response.time_to_first_chunk',
  finishReasons: 'gen_ai.response.finish_reasons',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  dataSource: 'gen_ai.data_source.id',
  topK: 'gen_ai.retrieval.top_k',
  httpMethod: 'http.request.method',
  httpRoute: 'http.route',
  httpStatus: 'http.response.status_code',
  requestId: 'attune.request.id',
  dbSystem: 'db.system.name',
  dbQuery: 'db.query.text',
  dbOperation: 'db.operation.name',
} as const;
