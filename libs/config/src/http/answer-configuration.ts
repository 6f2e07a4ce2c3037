import type { FastifyReply } from 'fastify';
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

/** The same with a body that was made for this answer. */
export function send(
  reply: FastifyReply,
  configuration: CompiledConfiguration,
  body: string,
  known?: string,
): void {
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
