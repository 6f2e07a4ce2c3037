/** A response of any status. */
export interface ApiResponse<Body> {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, else the text, or null without a body. The caller names the type that it expects. */
  readonly body: Body;
}

/** Header names in lower case with their values. */
export type RequestHeaders = Readonly<Record<string, string>>;

/**
 * HTTP client of the product with one key. A refusal is a response like any other; only a broken connection throws.
 *
 * @example
 * const acme = new ApiClient(replica.url, key);
 * const { status, body } = await acme.patch<{ version: number }>('/v1/config', { temperature: 0.3 });
 */
export class ApiClient {
  constructor(
    readonly url: string,
    private readonly key: string | null = null,
    private readonly headers: RequestHeaders = {},
  ) {}

  /** The same address with another key, or with none. */
  as(key: string | null): ApiClient {
    return new ApiClient(this.url, key);
  }

  /** The same address and key; every request has these headers, too. */
  with(headers: RequestHeaders): ApiClient {
    return new ApiClient(this.url, this.key, { ...this.headers, ...headers });
  }

  /** Sends GET. */
  get<Body>(path: string, headers?: RequestHeaders): Promise<ApiResponse<Body>> {
    return this.send(path, { method: 'GET', ...(headers && { headers }) });
  }

  /** Sends POST with a JSON body. */
  post<Body>(path: string, body?: unknown, headers?: RequestHeaders): Promise<ApiResponse<Body>> {
    return this.sendJson('POST', path, { body, headers });
  }

  /** Sends PUT with a JSON body. */
  put<Body>(path: string, body: unknown, headers?: RequestHeaders): Promise<ApiResponse<Body>> {
    return this.sendJson('PUT', path, { body, headers });
  }

  /** Sends PATCH with a JSON body. */
  patch<Body>(path: string, body: unknown, headers?: RequestHeaders): Promise<ApiResponse<Body>> {
    return this.sendJson('PATCH', path, { body, headers });
  }

  /** Sends DELETE. */
  del<Body>(path: string, headers?: RequestHeaders): Promise<ApiResponse<Body>> {
    return this.send(path, { method: 'DELETE', ...(headers && { headers }) });
  }

  /** For requests that the other methods cannot send: bodies that are not JSON, other methods, aborted streams. */
  async send<Body>(path: string, request: RequestInit): Promise<ApiResponse<Body>> {
    const headers = new Headers({ ...this.headers, ...Object.fromEntries(new Headers(request.headers)) });
    if (this.key !== null && !headers.has('authorization'))
      headers.set('authorization', `Bearer ${this.key}`);
    const response = await fetch(new URL(path, this.url), { redirect: 'manual', ...request, headers });
    return { status: response.status, headers: response.headers, body: (await parseBody(response)) as Body };
  }

  private sendJson<Body>(
    method: string,
    path: string,
    { body, headers }: { body: unknown; headers: RequestHeaders | undefined },
  ): Promise<ApiResponse<Body>> {
    if (body === undefined) return this.send(path, { method, ...(headers && { headers }) });
    const json = { 'content-type': 'application/json', ...headers };
    return this.send(path, { method, headers: json, body: JSON.stringify(body) });
  }
}

async function parseBody(response: Response): Promise<unknown> {
  const text = await readText(response);
  if (text === '') return null;
  return /\bjson\b/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text;
}

/** A stream that never ends begins with how long to wait before the next connection. Of it, only the first events are read. */
async function readText(response: Response): Promise<string> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return response.text();
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.startsWith('retry:')) break;
  }
  return text;
}
