import {
  type Fetch,
  type IncomingResponse,
  type OutgoingRequest,
  findEgressError,
  RedirectRefusedError,
} from '#egress';
import { AbortScope } from '../../upstream/abort-scope.js';
import { accountProblemText } from '../../upstream/account-problem.js';
import { candidateUrls } from '../../upstream/candidate-urls.js';
import { isInvalidHeader, messageOf, redactKeys, shorten } from '../../upstream/failure-message.js';
import { readText } from '../../upstream/response-body.js';
import { parseRetryAfterMs } from '../../upstream/retry-after.js';
import { RouteFinder } from '../../upstream/route-finder.js';
import { UpstreamFailure } from '../../upstream/upstream-failure.js';
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
const tooLargeText =
  /too (?:large|long|many)|exceed|maximum|context length|max_tokens|batch size|out of memory|out_of_memory/i;
const wrongKeyText =
  /(?:invalid|incorrect|missing) api[ _-]?key|api[ _-]?key (?:is )?(?:not valid|invalid|missing)/i;
const usedUpText = /insufficient_quota|quota.{0,40}exceeded|billing/i;
const unknownModelText = /model_not_found|\bmodel\b.{0,80}\b(?:not found|does not exist|unknown)/i;
const dimensionsText = /dimension|matryoshka/i;
/** Failures that servers report with the statuses of others. */
const signs: readonly { status: number; text: RegExp; kind: EmbeddingFailureKind }[] = [
  { status: 429, text: usedUpText, kind: 'quota' },
  { status: 400, text: accountProblemText, kind: 'quota' },
  { status: 400, text: wrongKeyText, kind: 'credentials' },
  { status: 400, text: unknownModelText, kind: 'not_found' },
  { status: 503, text: /out of memory/i, kind: 'refused' },
];
const maxBytesPerText = 262_144;

interface EmbeddingRequest {
  readonly body: string;
  /** Limit of the answer. */
  readonly maxBytes: number;
}

/** One request to `/embeddings`, without retries. */
export class EmbeddingClient {
  private readonly route: RouteFinder;
  private sendsDimensions: boolean;

  constructor(
    private readonly endpoint: EmbeddingEndpoint,
    private readonly fetch: Fetch,
  ) {
    this.route = new RouteFinder(urlsOf(endpoint.baseUrl), isMissingRoute);
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
    const { sendsDimensions } = this;
    const body = this.toBody(texts, sendsDimensions);
    const maxBytes = maxBytesPerText * (texts.length + 4);
    try {
      return await this.route.call((url) => this.postTo(url, { body, maxBytes }, signal));
    } catch (error) {
      if (!sendsDimensions || !isAboutDimensions(error)) throw error;
      // A model with one size only refuses the parameter; the size of its vectors is checked anyway.
      this.sendsDimensions = false;
      return this.post(texts, signal);
    }
  }

  private async postTo(
    url: string,
    { body, maxBytes }: EmbeddingRequest,
    signal?: AbortSignal,
  ): Promise<unknown> {
    const { apiKey, timeoutMs } = this.endpoint;
    const scope = new AbortScope({ signal, timeoutMs });
    try {
      const response = await this.fetch(url, this.toRequest(body, scope.signal));
      const answer = await readText(response, maxBytes);
      if (!response.ok) throw toFailure(response, redact(answer, apiKey));
      return parseJson(answer);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof EmbeddingFailure) throw error;
      if (scope.isTimedOut) throw new EmbeddingFailure('timeout', `no answer within ${timeoutMs} ms`);
      throw this.toConnectionFailure(error);
    } finally {
      scope.end();
    }
  }

  private toConnectionFailure(error: unknown): EmbeddingFailure {
    if (error instanceof UpstreamFailure) return new EmbeddingFailure('malformed', error.message);
    const message = redact(messageOf(error), this.endpoint.apiKey);
    // A redirect is an error: the key is for this address only.
    if (findEgressError(error) instanceof RedirectRefusedError)
      return new EmbeddingFailure('not_found', message, { cause: error });
    const kind = isInvalidHeader(message) ? 'credentials' : 'unreachable';
    return new EmbeddingFailure(kind, message, { cause: error });
  }

  /** `encoding_format` is left out: some servers do not know it, and its default is what this client reads. */
  private toBody(input: readonly string[], sendsDimensions: boolean): string {
    const { model, dimensions } = this.endpoint;
    return JSON.stringify({ model, input, ...(sendsDimensions && { dimensions }) });
  }

  private toRequest(body: string, signal: AbortSignal): OutgoingRequest {
    const { apiKey } = this.endpoint;
    return {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        'user-agent': 'attune',
        ...(apiKey !== null && { authorization: `Bearer ${apiKey}` }),
      },
      body,
      signal,
    };
  }
}

/** A server at the root has its version there; some have a route of their own, with another answer, beside it. */
function urlsOf(baseUrl: string): string[] {
  const urls = candidateUrls(baseUrl, 'embeddings');
  return new URL(baseUrl).pathname === '/' ? urls.toReversed() : urls;
}

/** An unknown model has the status of a missing route. */
function isMissingRoute(error: unknown): boolean {
  const isMissing = error instanceof EmbeddingFailure && error.kind === 'not_found';
  return isMissing && !unknownModelText.test(error.message);
}

function isAboutDimensions(error: unknown): boolean {
  return error instanceof EmbeddingFailure && error.kind === 'refused' && dimensionsText.test(error.message);
}

function toFailure({ status, headers }: IncomingResponse, body: string): EmbeddingFailure {
  const retryAfterMs = parseRetryAfterMs(headers, Date.now());
  const kind = failureKindOf(status, body);
  // A quota for which the server names a wait is one for a minute.
  const passes = kind === 'quota' && status === 429 && retryAfterMs !== null;
  return new EmbeddingFailure(passes ? 'overloaded' : kind, body, { status, retryAfterMs });
}

function failureKindOf(status: number, body: string): EmbeddingFailureKind {
  const sign = signs.find(({ status: own, text }) => own === status && text.test(body));
  if (sign !== undefined) return sign.kind;
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

function redact(text: string, apiKey: string | null): string {
  return shorten(redactKeys(text, apiKey));
}
