import type { FastifyReply } from 'fastify';
import type { ValueSource } from '#cache';
import { type PreparedResponse, type Principal, applyLocatedResponse } from '#http';
import { acceptedChangeRequest } from '../approvals/accepted-change-request.js';
import type { ChangeOutcome } from '../change/change.js';
import { type CompiledConfiguration, buildBody, computeEtag } from '../compile/compiled-configuration.js';

interface ConfigurationAnswerOptions {
  /** How fresh the configuration is. */
  readonly source: ValueSource;
  /** The header `If-None-Match`. */
  readonly ifNoneMatch?: string | undefined;
  /** Fields of the body besides the configuration. */
  readonly additionalFields?: object | undefined;
}

interface ChangeAnswerOptions {
  readonly author: Principal;
  /** Fields of the body besides the configuration. */
  readonly additionalFields?: object;
}

type PreparedConfiguration = Omit<PreparedResponse, 'principal'>;

/** A configuration's prepared bytes and headers, or 304 when the client has them already. */
export function prepareConfiguration(
  configuration: CompiledConfiguration,
  { source, ifNoneMatch, additionalFields }: ConfigurationAnswerOptions,
): PreparedConfiguration {
  const tagged = additionalFields ? withFields(configuration, additionalFields) : configuration;
  return prepareBody(tagged, source, isNotModified(ifNoneMatch, tagged.etag));
}

export function sendConfiguration(
  reply: FastifyReply,
  configuration: CompiledConfiguration,
  options: ConfigurationAnswerOptions,
): void {
  sendPrepared(reply, prepareConfiguration(configuration, options));
}

/** Answers a change: with the configuration after it, or with 202 and the request that waits for approval. */
export function sendChangeOutcome(
  reply: FastifyReply,
  outcome: ChangeOutcome,
  { author, additionalFields }: ChangeAnswerOptions,
): void {
  if ('request' in outcome) {
    reply.send(applyLocatedResponse(reply, acceptedChangeRequest(outcome.request, author)));
    return;
  }
  const { configuration } = outcome;
  const tagged = additionalFields ? withFields(configuration, additionalFields) : configuration;
  sendPrepared(reply, prepareBody(tagged, 'live', false));
}

/** True when `If-None-Match` names this tag (RFC 9110 §13.1.2). Weak and strong tags compare as equal. */
export function isNotModified(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}

type TaggedBody = Pick<CompiledConfiguration, 'version' | 'body' | 'etag'>;

function withFields(configuration: CompiledConfiguration, additionalFields: object): TaggedBody {
  const { version } = configuration;
  const body = buildBody(configuration, additionalFields);
  return { version, body, etag: computeEtag(version, body) };
}

function prepareBody(
  { version, body, etag }: TaggedBody,
  source: ValueSource,
  isUnchanged: boolean,
): PreparedConfiguration {
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
