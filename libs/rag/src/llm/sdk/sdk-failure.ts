import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { UpstreamFailure, type FailureKind } from '../upstream-failure.js';

const shownCharacters = 300;

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
    throw new UpstreamFailure(kindOf(error), withoutKey(messageOf(error), apiKey));
  }
}

function kindOf(error: unknown): FailureKind {
  if (error instanceof OpenAI.APIConnectionTimeoutError) return 'timeout';
  if (error instanceof Anthropic.APIConnectionTimeoutError) return 'timeout';
  if (isSyntaxError(error)) return 'malformed_answer';
  if (error instanceof OpenAI.APIError && error.code === 'model_not_found') return 'unknown_model';
  if (error instanceof OpenAI.APIError || error instanceof Anthropic.APIError)
    return kindOfStatus(error.status);
  // What else fetch throws is a link that broke, for instance in the middle of a body.
  return 'connection';
}

const kindsOfStatus: Readonly<Record<number, FailureKind>> = {
  401: 'authentication',
  // The account behind the key is not in order: Anthropic's billing_error.
  402: 'authentication',
  403: 'authentication',
  404: 'unknown_model',
  408: 'timeout',
  429: 'rate_limited',
};

function kindOfStatus(status: number | undefined): FailureKind {
  if (status === undefined) return 'connection';
  if (status >= 500) return 'server_error';
  return kindsOfStatus[status] ?? 'invalid_request';
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

function withoutKey(message: string, apiKey: string | null): string {
  const safe = apiKey ? message.replaceAll(apiKey, '[key]') : message;
  return safe
    .replace(/\bsk-[\w*-]+/g, '[key]')
    .replace(/\/\/[^/@\s]+@/g, '//[key]@')
    .slice(0, shownCharacters);
}
