import type { CompiledConfiguration } from '#config';
import { DomainError, UpstreamError } from '#kernel';
import type { QueryResponse } from './query.response.js';

/** What the log tells of a query: all but its text, and what the text was made from. */
export type QueryFacts = Readonly<Record<string, unknown>>;

export function factsOfAnswer({ answer: _text, sources, ...rest }: QueryResponse): QueryFacts {
  return { ...rest, sources: sources.length };
}

export function factsOfFailure(configuration: CompiledConfiguration, error: unknown): QueryFacts {
  const failure = error instanceof DomainError ? error.slug : 'internal';
  const attempts = error instanceof UpstreamError ? error.attempts : [];
  return { ...unanswered(configuration), failure, attempts };
}

/** Of a query that nobody waited for to its end. */
export function factsOfLeaving(configuration: CompiledConfiguration): QueryFacts {
  return { ...unanswered(configuration), failure: 'cancelled', attempts: [] };
}

function unanswered({ model, version, rollout }: CompiledConfiguration): QueryFacts {
  return {
    model_requested: model.id,
    model_used: null,
    config_version: version,
    rollout: rollout && { id: rollout.id, arm: rollout.arm },
  };
}
