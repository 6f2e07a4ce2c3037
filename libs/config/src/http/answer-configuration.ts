import type { FastifyReply } from 'fastify';
import type { Outcome } from '../change/change.js';
import { type CompiledConfiguration, bodyWithSources, etagOf } from '../read/compiled-configuration.js';
import { isNotModified } from './conditional.js';

interface Wishes {
  /** `If-None-Match`. */
  readonly known?: string | undefined;
  readonly withSources?: boolean;
}

/** Answers with a configuration's bytes as they were prepared, or 304 when the caller has them. */
export function sendConfiguration(
  reply: FastifyReply,
  configuration: CompiledConfiguration,
  { known, withSources = false }: Wishes = {},
): void {
  if (withSources) return send(reply, configuration, bodyWithSources(configuration), known);
  return sendTagged(reply, configuration, { ...configuration, known });
}

/**
 * Answers a change: with the configuration after it and what is to stand beside it, or with 202 and the request that waits for
 * approval.
 */
export function sendOutcome(reply: FastifyReply, outcome: Outcome, beside: object = {}): void {
  if ('configuration' in outcome) {
    const { configuration } = outcome;
    const isAlone = Object.keys(beside).length === 0;
    const body = isAlone
      ? configuration.body
      : JSON.stringify({ ...JSON.parse(configuration.body), ...beside });
    return send(reply, configuration, body);
  }
  const { request } = outcome;
  const isPlatform = reply.request.url.startsWith('/v1/platform/');
  const requests = isPlatform ? '/v1/platform/change-requests' : '/v1/config/change-requests';
  reply.code(202).header('location', `${requests}/${request.id}`).send(request);
}

/** The same with a body that was made for this answer. */
function send(reply: FastifyReply, configuration: CompiledConfiguration, body: string, known?: string): void {
  sendTagged(reply, configuration, { body, etag: etagOf(configuration.version, body), known });
}

function sendTagged(
  reply: FastifyReply,
  { version }: CompiledConfiguration,
  { body, etag, known }: { body: string; etag: string; known: string | undefined },
): void {
  reply.headers({
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'private, no-cache',
    etag,
    'attune-config-version': String(version),
    'attune-config-source': 'live',
  });
  if (isNotModified(known, etag)) reply.code(304).send();
  else reply.code(200).send(body);
}
