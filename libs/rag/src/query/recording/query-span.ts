import { type SpanDescription, attributeNames, spanNames } from '#telemetry';
import type { QueryContext } from '../query-pipeline.js';
import type { QueryResponse } from '../query.response.js';

/** The span of a query: whose it is and what it is answered with. Texts of questions, answers and documents are never recorded. */
export function describeQuery({ configuration, responseMode }: QueryContext): SpanDescription {
  const { tenantId, version, model } = configuration;
  return {
    name: spanNames.query,
    attributes: {
      [attributeNames.tenant]: tenantId,
      [attributeNames.promptName]: 'system_prompt_template',
      [attributeNames.promptVersion]: String(version),
      [attributeNames.modelAsked]: model.id,
      [attributeNames.isStream]: responseMode === 'streamed',
    },
  };
}

/** What the answer adds. */
export function attributesOfAnswer(
  response: QueryResponse | null,
): Record<string, string | number | boolean> {
  if (response === null) return {};
  const { model_used: model, fallback_used: isFallback, fallback_reason: reason, usage, degraded } = response;
  return {
    [attributeNames.modelUsed]: model,
    [attributeNames.fallbackUsed]: isFallback,
    ...(reason !== null && { [attributeNames.fallbackReason]: reason }),
    [attributeNames.costUsd]: usage.cost_usd,
    [attributeNames.degraded]: degraded.length,
  };
}
