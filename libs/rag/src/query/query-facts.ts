import type { CompiledConfiguration } from '#config';
import { DomainError } from '#kernel';
import type { QueryResponse } from './query.response.js';

/** What the log tells of a query: all but its text, and what the text was made from. */
export type QueryFacts = Readonly<Record<string, unknown>>;

export function factsOfAnswer({ answer: _text, sources, ...rest }: QueryResponse): QueryFacts {
  return { ...rest, sources: sources.length };
}

export function factsOfFailure(configuration: CompiledConfiguration, error: unknown): QueryFacts {
  const isExpected = error instanceof DomainError;
  const attempts = isExpected ? (error.details['attempts'] ?? []) : [];
  return { ...unanswered(configuration), failure: isExpected ? error.slug : 'internal', attempts };
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
