import { candidateUrls } from '../../upstream/candidate-urls.js';
import { readBody } from '../../upstream/read-body.js';
import { parseRetryAfterMs } from '../../upstream/retry-after.js';
import { EmbeddingFailure, type EmbeddingFailureKind } from './embedding-failure.js';
import { parseVectors } from './parse-vectors.js';

/** A server with OpenAI's `/embeddings` route. */
export interface EmbeddingEndpoint {
  /** With or without `/v1`. */
  readonly baseUrl: string;
  /** null: the server needs no key. */
  readonly apiKey: string | null;
  readonly model: string;
  /** The size of the vectors; null: the model's own. */
  readonly dimensions: number | null;
  /** How long one request may take. */
  readonly timeoutMs: number;
}

const kindByStatus: Readonly<Record<number, EmbeddingFailureKind>> = {
  401: 'credentials',
  402: 'quota',
  403: 'credentials',
  404: 'not_found',
  405: 'not_found',
  408: 'timeout',
  429: 'overloaded',
};
/** Some servers answer 500 to a text that is too long. */
const tooLargeText = /too (?:large|long|many)|exceed|maximum|context length|max_tokens|batch size/i;
const usedUpText = /insufficient_quota|quota.{0,40}exceeded|billing/i;
const unknownModelText = /model_not_found|\bmodel\b.{0,80}\b(?:not found|does not exist|unknown)/i;
const dimensionsText = /dimension|matryoshka/i;
const maxBytesPerText = 262_144;
const maxLoggedCharacters = 300;

/** One request to `/embeddings`, without retries. */
export class EmbeddingClient {
  /** The addresses that may have the route; the first one that has it is kept. */
  private urls: readonly string[];
  private sendsDimensions: boolean;

  constructor(private readonly endpoint: EmbeddingEndpoint) {
    this.urls = candidateUrls(endpoint.baseUrl, 'embeddings');
    this.sendsDimensions = endpoint.dimensions !== null;
  }

  /**
   * One vector of unit length for each text, in order.
   *
   * @throws EmbeddingFailure; if the signal aborts, its reason
   */
  async request(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> {
    const vectors = parseVectors(await this.post(texts, signal), texts.length);
    const { dimensions } = this.endpoint;
    if (dimensions !== null && vectors.some(({ length }) => length !== dimensions))
      throw new EmbeddingFailure(
        'dimensions',
        `the model has ${vectors[0]!.length} dimensions, not ${dimensions}`,
      );
    return vectors;
  }

  private async post(texts: readonly string[], signal?: AbortSignal): Promise<unknown> {
    const [url, next] = this.urls;
    try {
      const answer = await this.postTo(url!, texts, signal);
      this.urls = [url!];
      return answer;
    } catch (error) {
      if (!(error instanceof EmbeddingFailure)) throw error;
      if (this.shouldLeaveOutDimensions(error)) this.sendsDimensions = false;
      else if (error.kind === 'not_found' && next !== undefined) this.urls = [next];
      else throw error;
      return this.post(texts, signal);
    }
  }

  /** A model with one size only refuses the parameter; the size of its vectors is checked anyway. */
  private shouldLeaveOutDimensions({ kind, message }: EmbeddingFailure): boolean {
    return this.sendsDimensions && kind === 'refused' && dimensionsText.test(message);
  }

  private async postTo(url: string, texts: readonly string[], signal?: AbortSignal): Promise<unknown> {
    const { apiKey, timeoutMs } = this.endpoint;
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const request = this.toRequest(texts, signal ? AbortSignal.any([signal, timeout]) : timeout);
      const response = await fetch(url, request);
      const body = await readBody(response, maxBytesPerText * (texts.length + 4));
      if (!response.ok) throw toFailure(response, redact(body, apiKey));
      return parseJson(body);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof EmbeddingFailure) throw error;
      if (timeout.aborted) throw new EmbeddingFailure('timeout', `no answer within ${timeoutMs} ms`);
      throw new EmbeddingFailure('unreachable', redact(messageOf(error), apiKey), { cause: error });
    }
  }

  /** `encoding_format` is left out: some servers do not know it, and its default is what this client reads. */
  private toRequest(input: readonly string[], signal: AbortSignal): RequestInit {
    const { apiKey, model, dimensions } = this.endpoint;
    return {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(apiKey !== null && { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify({ model, input, ...(this.sendsDimensions && { dimensions }) }),
      redirect: 'error',
      signal,
    };
  }
}

function toFailure({ status, headers }: Response, body: string): EmbeddingFailure {
  const retryAfterMs = parseRetryAfterMs(headers, Date.now());
  return new EmbeddingFailure(failureKindOf(status, body), body, { status, retryAfterMs });
}

function failureKindOf(status: number, body: string): EmbeddingFailureKind {
  if (status === 429 && usedUpText.test(body)) return 'quota';
  if (status === 400 && unknownModelText.test(body)) return 'not_found';
  const kind = kindByStatus[status];
  if (kind !== undefined) return kind;
  return status >= 500 && !tooLargeText.test(body) ? 'overloaded' : 'refused';
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new EmbeddingFailure('malformed', 'the answer is not JSON', { cause: error });
  }
}

/** Codes such as `ECONNREFUSED` are in the cause. */
function messageOf(error: unknown): string {
  const { message, cause } = (error ?? {}) as Partial<Error>;
  return [message ?? String(error), ...(cause ? [messageOf(cause)] : [])].join(': ');
}

function redact(text: string, apiKey: string | null): string {
  return (apiKey === null ? text : text.replaceAll(apiKey, '[key]'))
    .replace(/\bsk-[\w*-]+/g, '[key]')
    .slice(0, maxLoggedCharacters);
}
