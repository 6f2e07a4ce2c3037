import type { Fetch, IncomingResponse } from '#egress';
import { readBeginning } from '../../upstream/response-body.js';
import { ServerFailure, toUpstreamFailure } from './server-failure.js';

const maxErrorBytes = 65_536;

/** A request to a model's server. */
export interface ServerCall {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
  readonly apiKey: string | null;
  readonly fetch: Fetch;
}

/**
 * Sends one request. Resolves when the server has accepted it; the answer's body is still to be read.
 *
 * @throws UpstreamFailure; a `ServerFailure` if the server answered with an error. If the signal aborted, its reason
 */
export async function postJson(call: ServerCall, signal: AbortSignal): Promise<IncomingResponse> {
  const { url, headers, body, apiKey, fetch } = call;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      signal,
    });
    if (response.ok) return response;
    throw ServerFailure.ofResponse(response, await readBeginning(response, maxErrorBytes), apiKey);
  } catch (error) {
    throw toUpstreamFailure(error, signal, apiKey);
  }
}
