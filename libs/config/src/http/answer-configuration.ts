import type { FastifyReply } from 'fastify';
import type { Source } from '#cache';
import type { Outcome } from '../change/change.js';
import { type CompiledConfiguration, bodyWithSources, etagOf } from '../read/compiled-configuration.js';
import { isNotModified } from './conditional.js';

interface Wishes {
  /** What the configuration is worth just now. */
  readonly source: Source;
  /** `If-None-Match`. */
  readonly known?: string | undefined;
  readonly withSources?: boolean;
}

/** Answers with a configuration's bytes as they were prepared, or 304 when the caller has them. */
export function sendConfiguration(
  reply: FastifyReply,
  configuration: CompiledConfiguration,
  { source, known, withSources = false }: Wishes,
): void {
  if (!withSources) return sendTagged(reply, configuration, { ...configuration, source, known });
  const body = bodyWithSources(configuration);
  return sendTagged(reply, configuration, { body, etag: etagOf(configuration.version, body), source, known });
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
    return sendTagged(reply, configuration, {
      body,
      etag: etagOf(configuration.version, body),
      source: 'live',
    });
  }
  const { request } = outcome;
  const isPlatform = reply.request.url.startsWith('/v1/platform/');
  const requests = isPlatform ? '/v1/platform/change-requests' : '/v1/config/change-requests';
  reply.code(202).header('location', `${requests}/${request.id}`).send(request);
}

interface Tagged extends Wishes {
  readonly body: string;
  readonly etag: string;
}

function sendTagged(
  reply: FastifyReply,
  { version }: CompiledConfiguration,
  { body, etag, source, known }: Tagged,
): void {
  reply.headers({
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'private, no-cache',
    etag,
    'attune-config-version': String(version),
    'attune-config-source': source,
  });
  if (isNotModified(known, etag)) reply.code(304).send();
  else reply.code(200).send(body);
}
