import type { CompiledConfiguration } from '#config';
import { DomainError, UpstreamError } from '#kernel';
import type { QueryResponse } from '../query.response.js';

/** The fields of a query in the access log. Texts of questions, answers and documents are never logged. */
export type QueryLogFields = Readonly<Record<string, unknown>>;

/** All fields of the answer but its text; `sources` is their number. */
export function logFieldsOfAnswer({ answer: _text, sources, ...rest }: QueryResponse): QueryLogFields {
  return { ...rest, sources: sources.length };
}

/** `failure` is the problem's slug. */
export function logFieldsOfFailure(configuration: CompiledConfiguration, error: unknown): QueryLogFields {
  const failure = error instanceof DomainError ? error.slug : 'internal';
  const attempts = error instanceof UpstreamError ? error.attempts : [];
  return { ...logFieldsWithoutAnswer(configuration), failure, attempts };
}

/** For a query whose client disconnected. */
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
