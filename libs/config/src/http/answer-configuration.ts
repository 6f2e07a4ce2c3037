import type { FastifyReply } from 'fastify';
import type { Source } from '#cache';
import type { PreparedAnswer } from '#http';
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

type Answer = Omit<PreparedAnswer, 'principal'>;

/** A configuration's bytes as they were prepared, or 304 when the caller has them. */
export function configurationAnswer(configuration: CompiledConfiguration, wishes: Wishes): Answer {
  const { version } = configuration;
  if (!wishes.withSources)
    return answerWith({ ...wishes, version, body: configuration.body, etag: configuration.etag });
  const body = bodyWithSources(configuration);
  return answerWith({ ...wishes, version, body, etag: etagOf(version, body) });
}

export function sendConfiguration(
  reply: FastifyReply,
  configuration: CompiledConfiguration,
  wishes: Wishes,
): void {
  send(reply, configurationAnswer(configuration, wishes));
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
    const { version } = configuration;
    return send(reply, answerWith({ version, body, etag: etagOf(version, body), source: 'live' }));
  }
  const { request } = outcome;
  const isPlatform = reply.request.url.startsWith('/v1/platform/');
  const requests = isPlatform ? '/v1/platform/change-requests' : '/v1/config/change-requests';
  reply.code(202).header('location', `${requests}/${request.id}`).send(request);
}

interface Tagged extends Omit<Wishes, 'withSources'> {
  readonly version: number;
  readonly body: string;
  readonly etag: string;
}

function answerWith({ version, body, etag, source, known }: Tagged): Answer {
  const isKnown = isNotModified(known, etag);
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'private, no-cache',
    etag,
    'attune-config-version': String(version),
    'attune-config-source': source,
  };
  return { status: isKnown ? 304 : 200, headers, body: isKnown ? '' : body };
}

function send(reply: FastifyReply, { status, headers, body }: Answer): void {
  reply
    .code(status)
    .headers(headers)
    .send(status === 304 ? undefined : body);
}
