import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { UpstreamFailure, type FailureKind } from '../upstream-failure.js';
import { parseRetryAfterMs } from './retry-after.js';

const maxMessageCharacters = 300;

/**
 * Runs one call of an SDK and gives what it throws the one form of `UpstreamFailure`, the key taken out of its message.
 * Both SDKs are generated from one source, so that their errors have the same names and shapes.
 */
export async function callSdk<T>(
  call: () => Promise<T>,
  signal: AbortSignal,
  apiKey: string | null,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    // The signal's reason says who ended it: the deadline or the client.
    signal.throwIfAborted();
    throw toUpstreamFailure(error, apiKey);
  }
}

/** The same for the events of a stream. An abort rejects here, where an SDK's stream would simply end. */
export async function* readStream<T>(
  events: AsyncIterable<T>,
  signal: AbortSignal,
  apiKey: string | null,
): AsyncGenerator<T, void> {
  try {
    yield* events;
  } catch (error) {
    signal.throwIfAborted();
    throw toUpstreamFailure(error, apiKey);
  }
  signal.throwIfAborted();
}

type ApiError = InstanceType<typeof OpenAI.APIError> | InstanceType<typeof Anthropic.APIError>;

function toUpstreamFailure(error: unknown, apiKey: string | null): UpstreamFailure {
  const retryAfter = isApiError(error) && error.headers ? retryAfterOf(error, error.headers) : null;
  return new UpstreamFailure(failureKindOf(error), redactKeys(messageOf(error), apiKey), retryAfter);
}

/** A quota that is used up does not come back by waiting. */
function retryAfterOf(error: ApiError, headers: Headers): number | null {
  return codeOf(error) === 'insufficient_quota' ? Infinity : parseRetryAfterMs(headers, Date.now());
}

function isApiError(error: unknown): error is ApiError {
  return error instanceof OpenAI.APIError || error instanceof Anthropic.APIError;
}

function failureKindOf(error: unknown): FailureKind {
  if (error instanceof OpenAI.APIConnectionTimeoutError) return 'timeout';
  if (error instanceof Anthropic.APIConnectionTimeoutError) return 'timeout';
  if (isSyntaxError(error)) return 'malformed_answer';
  // What else fetch throws is a link that broke, for instance in the middle of a body.
  if (!isApiError(error) || isConnectionError(error)) return 'connection';
  if (codeOf(error) === 'model_not_found') return 'unknown_model';
  return error.status === undefined ? failureKindOfEvent(error) : failureKindOfStatus(error.status);
}

function isConnectionError(error: ApiError): boolean {
  return error instanceof OpenAI.APIConnectionError || error instanceof Anthropic.APIConnectionError;
}

function codeOf(error: ApiError): unknown {
  return error instanceof OpenAI.APIError ? error.code : null;
}

const kindByStatus: Readonly<Record<number, FailureKind>> = {
  401: 'authentication',
  // The account behind the key is not in order: Anthropic's billing_error.
  402: 'authentication',
  403: 'authentication',
  404: 'unknown_model',
  408: 'timeout',
  429: 'rate_limited',
};

function failureKindOfStatus(status: number): FailureKind {
  if (status >= 500) return 'server_error';
  return kindByStatus[status] ?? 'invalid_request';
}

/** What both providers call their errors. An event in a stream has no status, only this. */
const kindByErrorType: Readonly<Record<string, FailureKind>> = {
  authentication_error: 'authentication',
  billing_error: 'authentication',
  permission_error: 'authentication',
  not_found_error: 'unknown_model',
  timeout_error: 'timeout',
  rate_limit_error: 'rate_limited',
  rate_limit_exceeded: 'rate_limited',
  insufficient_quota: 'rate_limited',
  invalid_request_error: 'invalid_request',
  request_too_large: 'invalid_request',
};

function failureKindOfEvent(error: ApiError): FailureKind {
  return kindByErrorType[String(codeOf(error))] ?? kindByErrorType[String(error.type)] ?? 'server_error';
}

/** By name: what fetch throws may come from another realm, where `instanceof` knows nothing of it. */
function isSyntaxError(error: unknown): boolean {
  return (error as Partial<Error> | null)?.name === 'SyntaxError';
}

/** `ECONNREFUSED` and its like stand in the cause, or the cause's cause. */
function messageOf(error: unknown): string {
  const { message, cause } = (error ?? {}) as Partial<Error>;
  return [message ?? String(error), ...(cause ? [messageOf(cause)] : [])].join(': ');
}

function redactKeys(message: string, apiKey: string | null): string {
  const redacted = apiKey ? message.replaceAll(apiKey, '[key]') : message;
  return redacted
    .replace(/\bsk-[\w*-]+/g, '[key]')
    .replace(/\/\/[^/@\s]+@/g, '//[key]@')
    .slice(0, maxMessageCharacters);
}
