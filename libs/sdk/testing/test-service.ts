import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Settings = Readonly<Record<string, unknown>>;

/** A status with headers, instead of an answer. */
interface Refusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

const heartbeatMs = 100;

/**
 * A local server that speaks `GET /v1/config`, `GET /v1/config/stream` and `POST /v1/query` for one tenant, and does on command what a
 * real service does seldom.
 */
export class TestService {
  /** Paths of all requests, in order. */
  readonly requests: string[] = [];
  /** `Last-Event-ID` of each stream, in order. */
  readonly resumed: (string | undefined)[] = [];
  source = 'live';
  /** What the stream is answered, or every route. */
  refuseStream: Refusal | null = null;
  refuseAll: Refusal | null = null;
  /** Streams open, and nothing arrives: as behind a proxy that buffers. */
  isBuffered = false;
  /** The events of an answer, as they are on the wire. */
  answer = '';
  private readonly streams = new Set<ServerResponse>();
  private state = { version: 1, hash: 0, settings: {} as Settings };
  private readonly timer = setInterval(() => this.write(': still here\n\n'), heartbeatMs);

  private constructor(private readonly server: Server) {}

  static async start(settings: Settings, port = 0): Promise<TestService> {
    const server = createServer((request, response) => service.handle(request, response));
    const service = new TestService(server);
    service.state.settings = settings;
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get etag(): string {
    return `${this.state.version}-${String(this.state.hash).padStart(8, '0')}`;
  }

  get openStreams(): number {
    return this.streams.size;
  }

  /** Changes settings, under the next version unless another is named, and tells all streams. */
  change(changes: Settings, version = this.state.version + 1): number {
    this.setSilently(changes, version);
    const list = Object.entries(changes).map(([field, to]) => ({ field, from: null, to }));
    this.send('patch', { version, etag: this.etag, changes: list }, this.etag);
    return version;
  }

  /** The same without an event, as for a client whose stream is behind. */
  setSilently(changes: Settings, version = this.state.version + 1): void {
    this.state = { version, hash: this.state.hash + 1, settings: { ...this.state.settings, ...changes } };
  }

  /** A database that was restored: void, then what it has now. */
  reset(version: number): void {
    this.send('reset', {});
    this.setSilently({}, version);
    this.send('put', this.body, this.etag);
  }

  send(event: string, data: unknown, id?: string): void {
    this.write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Ends all streams, after a goodbye or without. */
  endStreams(goodbyeMs?: number): void {
    if (goodbyeMs !== undefined) this.send('goodbye', { retry_ms: goodbyeMs });
    for (const stream of this.streams) stream.end();
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    for (const stream of this.streams) stream.destroy();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private get body(): object {
    return { tenant_id: 'acme', version: this.state.version, ...this.state.settings };
  }

  private write(text: string): void {
    if (!this.isBuffered) for (const stream of this.streams) stream.write(text);
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    const { url = '', headers } = request;
    this.requests.push(url);
    if (headers.authorization !== 'Bearer atn_test_key') return refuse(response, { status: 401 });
    if (this.refuseAll) return refuse(response, this.refuseAll);
    if (url === '/v1/config/stream') return this.openStream(request, response);
    if (url === '/v1/query') return this.sendAnswer(response);
    return this.sendConfiguration(request, response);
  }

  private openStream({ headers }: IncomingMessage, response: ServerResponse): void {
    if (this.refuseStream) return refuse(response, this.refuseStream);
    const lastEventId = headers['last-event-id'] as string | undefined;
    this.resumed.push(lastEventId);
    response.writeHead(200, { 'content-type': 'text/event-stream', 'attune-config-source': this.source });
    response.flushHeaders();
    this.streams.add(response);
    response.on('close', () => this.streams.delete(response));
    if (this.isBuffered) return;
    response.write('retry: 2000\n: hello\n\n');
    if (lastEventId !== this.etag)
      response.write(`id: ${this.etag}\nevent: put\ndata: ${JSON.stringify(this.body)}\n\n`);
  }

  private sendConfiguration({ headers, url }: IncomingMessage, response: ServerResponse): void {
    if (Number(headers['attune-min-config-version'] ?? 0) > this.state.version) {
      refuse(response, { status: 503 });
      return;
    }
    const etag = `"${this.etag}"`;
    const sources = Object.fromEntries(Object.keys(this.state.settings).map((name) => [name, 'tenant']));
    const body = url?.includes('include=sources') ? { ...this.body, sources } : this.body;
    const isKnown = headers['if-none-match'] === etag;
    response.writeHead(isKnown ? 304 : 200, {
      'content-type': 'application/json',
      etag,
      'attune-config-source': this.source,
    });
    response.end(isKnown ? undefined : JSON.stringify(body));
  }

  private sendAnswer(response: ServerResponse): void {
    const type = this.answer.startsWith('{') ? 'application/json' : 'text/event-stream';
    response.writeHead(200, { 'content-type': type });
    response.end(this.answer);
  }
}

function refuse(response: ServerResponse, { status, headers }: Refusal): void {
  const problem = {
    type: `/problems/status-${status}`,
    title: 'Refused',
    status,
    detail: 'The test refuses.',
  };
  response.writeHead(status, { 'content-type': 'application/problem+json', ...headers });
  response.end(JSON.stringify(problem));
}
