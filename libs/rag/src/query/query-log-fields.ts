import type { CompiledConfiguration } from '#config';
import { DomainError, UpstreamError } from '#kernel';
import type { QueryResponse } from './query.response.js';

/** What the log tells of a query: all but its text, and what the text was made from. */
export type QueryLogFields = Readonly<Record<string, unknown>>;

export function logFieldsOfAnswer({ answer: _text, sources, ...rest }: QueryResponse): QueryLogFields {
  return { ...rest, sources: sources.length };
}

export function logFieldsOfFailure(configuration: CompiledConfiguration, error: unknown): QueryLogFields {
  const failure = error instanceof DomainError ? error.slug : 'internal';
  const attempts = error instanceof UpstreamError ? error.attempts : [];
  return { ...logFieldsWithoutAnswer(configuration), failure, attempts };
}

/** Of a query that nobody waited for to its end. */
export function logFieldsOfDisconnect(configuration: CompiledConfiguration): QueryLogFields {
  return { ...logFieldsWithoutAnswer(configuration), failure: 'cancelled', attempts: [] };
}

function logFieldsWithoutAnswer({ model, version, rollout }: CompiledConfiguration): QueryLogFields {
  return {
    model_requested: model.id,
    model_used: null,
    config_version: version,
    rollout: rollout && { id: rollout.id, arm: rollout.arm },
  };
}
