import type { FastifyReply } from 'fastify';
import type { ValueSource } from '#cache';
import type { PreparedResponse } from '#http';
import { sendPendingChange } from '../approvals/send-pending-change.js';
import type { ChangeOutcome } from '../change/change.js';
import {
  type CompiledConfiguration,
  bodyWithSources,
  computeEtag,
} from '../compile/compiled-configuration.js';
import { isNotModified } from './if-none-match.js';

interface ConfigurationAnswerOptions {
  /** What the configuration is worth just now. */
  readonly source: ValueSource;
  /** `If-None-Match`. */
  readonly ifNoneMatch?: string | undefined;
  readonly withSources?: boolean;
}

type PreparedConfiguration = Omit<PreparedResponse, 'principal'>;

/** A configuration's bytes as they were prepared, or 304 when the caller has them. */
export function prepareConfiguration(
  configuration: CompiledConfiguration,
  options: ConfigurationAnswerOptions,
): PreparedConfiguration {
  const { version } = configuration;
  if (!options.withSources)
    return prepareBody({ ...options, version, body: configuration.body, etag: configuration.etag });
  const body = bodyWithSources(configuration);
  return prepareBody({ ...options, version, body, etag: computeEtag(version, body) });
}

export function sendConfiguration(
  reply: FastifyReply,
  configuration: CompiledConfiguration,
  options: ConfigurationAnswerOptions,
): void {
  sendPrepared(reply, prepareConfiguration(configuration, options));
}

/**
 * Answers a change: with the configuration after it and what is to stand beside it, or with 202 and the request that waits for
 * approval.
 */
export function sendChangeOutcome(
  reply: FastifyReply,
  outcome: ChangeOutcome,
  additionalFields: object = {},
): void {
  if ('configuration' in outcome) {
    const { configuration } = outcome;
    const hasNoAdditions = Object.keys(additionalFields).length === 0;
    const body = hasNoAdditions
      ? configuration.body
      : JSON.stringify({ ...JSON.parse(configuration.body), ...additionalFields });
    const { version } = configuration;
    return sendPrepared(
      reply,
      prepareBody({ version, body, etag: computeEtag(version, body), source: 'live' }),
    );
  }
  sendPendingChange(reply, outcome.request);
}

interface TaggedBody extends Omit<ConfigurationAnswerOptions, 'withSources'> {
  readonly version: number;
  readonly body: string;
  readonly etag: string;
}

function prepareBody({ version, body, etag, source, ifNoneMatch }: TaggedBody): PreparedConfiguration {
  const isUnchanged = isNotModified(ifNoneMatch, etag);
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'private, no-cache',
    etag,
    'attune-config-version': String(version),
    'attune-config-source': source,
  };
  return { status: isUnchanged ? 304 : 200, headers, body: isUnchanged ? '' : body };
}

function sendPrepared(reply: FastifyReply, { status, headers, body }: PreparedConfiguration): void {
  reply
    .code(status)
    .headers(headers)
    .send(status === 304 ? undefined : body);
}
