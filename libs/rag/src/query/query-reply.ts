import type { FastifyRequest } from 'fastify';
import type { AppliedVersion, OnQueryFinished } from './query.service.js';

/** The headers that name the configuration of an answer. */
export function configurationHeaders({
  configVersion,
  configSource,
}: AppliedVersion): Record<string, string | number> {
  return { 'attune-config-version': configVersion, 'attune-config-source': configSource };
}

/** Adds the outcome of the query to the access-log line of the request. */
export function recordLogFields(request: FastifyRequest): OnQueryFinished {
  return (fields) => {
    request.logFields = { ...request.logFields, ...fields };
  };
}
