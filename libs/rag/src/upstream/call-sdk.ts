import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { findEgressError, RedirectRefusedError } from '#egress';
import { parseRetryAfterMs } from './retry-after.js';
import { type FailureKind, SetupFailure, UpstreamFailure } from './upstream-failure.js';

const maxMessageCharacters = 300;

/**
 * Runs one call of the OpenAI or Anthropic SDK. Both SDKs are generated from one source, so their errors have the same names and
 * shapes.
 *
 * @throws UpstreamFailure for every error of the SDK, with the API key removed from the message. If the signal aborted, its reason instead
 */
export async function callSdk<T>(
  call: () => Promise<T>,
  signal: AbortSignal,
  apiKey: string | null,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    // The signal's reason says whether the deadline passed or the client disconnected.
    signal.throwIfAborted();
    throw toUpstreamFailure(error, apiKey);
  }
}

/** As `callSdk`, for the events of a stream. It rejects on an abort; the SDK's own stream would just end. */
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

/** Clients read the message, so it does not name the address. */
export function toSetupFailure(refusal: Error): SetupFailure {
  const isRedirect = refusal instanceof RedirectRefusedError;
  return new SetupFailure(
    'connection',
    isRedirect
      ? "The model's server redirects to another address, which is not followed: base_url must be the final address"
      : "The address of the model's server is not public, and EGRESS_ALLOW does not allow it",
  );
}

type ApiError = InstanceType<typeof OpenAI.APIError> | InstanceType<typeof Anthropic.APIError>;

function toUpstreamFailure(error: unknown, apiKey: string | null): UpstreamFailure {
  const refusal = findEgressError(error);
  if (refusal !== null) return toSetupFailure(refusal);
  const retryAfter = isApiError(error) && error.headers ? retryAfterOf(error, error.headers) : null;
  return new UpstreamFailure(failureKindOf(error), redactKeys(messageOf(error), apiKey), retryAfter);
}

/** Waiting does not restore a used-up quota. */
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
  // Every other error of fetch is a broken connection, for example in the middle of a body.
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
  // Anthropic's billing_error: a problem with the account of the key.
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

/** Error types of both providers. An error event in a stream has no status, only a type. */
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

/** Compares the name: an error of fetch may come from another realm, where `instanceof` fails. */
function isSyntaxError(error: unknown): boolean {
  return (error as Partial<Error> | null)?.name === 'SyntaxError';
}

/** Codes such as `ECONNREFUSED` are in the cause, or in the cause's cause. */
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
