import { setTimeout as pause } from 'node:timers/promises';

/** A problem document (RFC 9457), with the members that the command reads. */
interface Problem {
  readonly type?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
}

/** The server refused this one request. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(problem.detail ?? `The server answered ${status}.`);
  }
}

/** No request can succeed: no server answers, or the server refuses the key. */
export class ConnectionError extends Error {}

interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** With it, the server answers a repeated request as the first time. */
  readonly idempotencyKey?: string;
}

export interface ApiResponse<Body> {
  readonly status: number;
  readonly body: Body;
}

const timeoutMs = 60_000;
const maxAttempts = 6;
const maxPauseMs = 60_000;

/** HTTP client of an Attune server with one key. */
export class AttuneClient {
  private readonly url: string;

  constructor(
    url: string,
    private readonly key: string,
  ) {
    this.url = url.replace(/\/+$/, '');
  }

  get<Body>(path: string): Promise<ApiResponse<Body>> {
    return this.send({ method: 'GET', path });
  }

  /** Rejects when `signal` aborts, also during a pause between attempts. */
  post<Body>(
    path: string,
    body: unknown,
    options: Pick<ApiRequest, 'signal' | 'idempotencyKey'> = {},
  ): Promise<ApiResponse<Body>> {
    return this.send({ method: 'POST', path, body, ...options });
  }

  /** Posts nothing, and returns the answer as it comes. */
  async download(path: string): Promise<NonNullable<Response['body']>> {
    const response = await this.request({ method: 'POST', path });
    if (!response.ok || response.body === null) await this.parseBody(response);
    return response.body!;
  }

  patch<Body>(path: string, body: unknown): Promise<ApiResponse<Body>> {
    return this.send({ method: 'PATCH', path, body });
  }

  put<Body>(path: string, body: unknown): Promise<ApiResponse<Body>> {
    return this.send({ method: 'PUT', path, body });
  }

  /** Sends the request again after Retry-After when the server is busy, because a refused request changed nothing. */
  private async send<Body>(request: ApiRequest): Promise<ApiResponse<Body>> {
    for (let attempt = 1; ; attempt += 1) {
      const response = await this.request(request);
      if (!isRetryable(response) || attempt === maxAttempts)
        return { status: response.status, body: await this.parseBody(response) };
      await response.body?.cancel();
      const { signal } = request;
      await pause(pauseMs(response.headers.get('retry-after'), attempt), null, signal ? { signal } : {});
    }
  }

  private async request({ method, path, body, signal, idempotencyKey }: ApiRequest): Promise<Response> {
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      return await fetch(`${this.url}${path}`, {
        method,
        redirect: 'manual',
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        headers: {
          authorization: `Bearer ${this.key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw new ConnectionError(
        `Nothing answers at ${this.url} (${causeOf(error)}). Check ATTUNE_URL or --url.`,
        { cause: error },
      );
    }
  }

  private async parseBody<Body>(response: Response): Promise<Body> {
    const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
    const content: unknown = isJson ? await response.json() : null;
    if (response.ok && isJson) return content as Body;
    throw this.toError(response.status, content as Problem | null);
  }

  private toError(status: number, problem: Problem | null): Error {
    if (status === 401) return new ConnectionError(`${this.url} does not accept the key in ATTUNE_API_KEY.`);
    if (status === 403)
      return new ConnectionError(
        `${problem?.detail ?? 'The key may not do this.'} ATTUNE_API_KEY must be a platform admin's.`,
      );
    if (problem) return new ApiError(status, problem);
    return new ConnectionError(
      `${this.url} answered ${status}, and not as Attune does. Check ATTUNE_URL or --url.`,
    );
  }
}

/** True for refusals that end within a minute, so not for a daily quota or a monthly budget. */
function isRetryable({ status, headers }: Response): boolean {
  if (status !== 429 && status !== 503) return false;
  return !(Number(headers.get('retry-after')) * 1000 > maxPauseMs);
}

function pauseMs(retryAfter: string | null, attempt: number): number {
  const seconds = Number(retryAfter);
  const requestedMs = retryAfter !== null && Number.isFinite(seconds) ? seconds * 1000 : 250 * 2 ** attempt;
  return Math.min(Math.max(requestedMs, 100), maxPauseMs);
}

/** The error of fetch has no reason itself: the reason is its cause, or the first of several for several addresses. */
function causeOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  const first = cause instanceof AggregateError ? (cause.errors[0] as unknown) : cause;
  return first instanceof Error ? first.message : (error as Error).message;
}
