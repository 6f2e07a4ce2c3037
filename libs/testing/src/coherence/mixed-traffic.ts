import { setTimeout as pause } from 'node:timers/promises';
import type { ApiClient, ApiResponse } from '../api-client.js';
import type { ReplicaCluster } from '../replicas/replica-cluster.js';
import { FailureCounter } from './failure-counter.js';

/** How often each is sent, per second, and how many may wait for their answers. */
export interface MixedRates {
  readonly maxInFlight: number;
  readonly queries: number;
  readonly queryStreams: number;
  readonly uploads: number;
  readonly changeStreams: number;
}

type Send = (client: ApiClient, tenant: string) => Promise<ApiResponse<unknown>>;

/** Longer than any of these answers takes on a busy machine. */
const timeoutMs = 60_000;
/** How long a client listens to a stream of changes. */
const listenMs = 2_000;

/**
 * What clients send besides reads and changes, through the load balancer: queries, streams, uploads. It counts the answers that are
 * not as they should be: a status of 400 or more, a connection that breaks, a stream without its end.
 */
export class MixedTraffic {
  readonly failures = new FailureCounter();
  /** What is going on, for the failures. */
  phase = 'restarts';
  /** The ids of acknowledged documents, by tenant. */
  readonly documents = new Map<string, string[]>();
  answered = 0;
  private readonly inFlight = new Set<Promise<void>>();
  private loops: Promise<void>[] = [];
  private isStopping = false;
  private count = 0;

  constructor(
    private readonly cluster: ReplicaCluster,
    private readonly tenants: readonly string[],
    private readonly rates: MixedRates,
  ) {}

  /** Sends in the background, until `stop`. */
  start(): void {
    const { queries, queryStreams, uploads, changeStreams } = this.rates;
    this.loops = [
      this.repeat(queries, 'query', (client) => this.query(client)),
      this.repeat(queryStreams, 'stream of a query', (client) => this.queryAsStream(client)),
      this.repeat(uploads, 'upload', (client, tenant) => this.upload(client, tenant)),
      this.repeat(changeStreams, 'stream of changes', (_client, tenant) => this.listen(tenant)),
    ];
  }

  /** Resolves when all that was sent is answered. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await Promise.all(this.loops);
    await Promise.all(this.inFlight);
  }

  private async repeat(perSecond: number, what: string, send: Send): Promise<void> {
    while (!this.isStopping) {
      if (this.inFlight.size < this.rates.maxInFlight) this.track(this.sendOne(what, send));
      await pause(1_000 / perSecond);
    }
  }

  private track(request: Promise<void>): void {
    this.inFlight.add(request);
    void request.finally(() => this.inFlight.delete(request));
  }

  private async sendOne(what: string, send: Send): Promise<void> {
    const tenant = this.tenants[(this.count += 1) % this.tenants.length]!;
    const client = this.cluster.api.as(await this.cluster.tenantAdminToken(tenant));
    const response = await send(client, tenant).catch((error: unknown) => error as Error);
    if ('status' in response && response.status < 400) this.answered += 1;
    else this.failures.record({ what, phase: this.phase, response });
  }

  private query(client: ApiClient): Promise<ApiResponse<unknown>> {
    return client.send('/v1/query', { ...json({ question: 'When does leave begin?' }), ...withTimeout() });
  }

  private async queryAsStream(client: ApiClient): Promise<ApiResponse<unknown>> {
    const request = { ...json({ question: 'When does leave begin?', stream: true }), ...withTimeout() };
    const response = await client.send<string>('/v1/query', request);
    if (response.status === 200 && !/^event: done$/m.test(response.body)) throw new Error('no event done');
    return response;
  }

  private async upload(client: ApiClient, tenant: string): Promise<ApiResponse<unknown>> {
    const form = new FormData();
    const name = `note-${this.count}.txt`;
    form.append('file', new File([`Note ${this.count}: leave begins in May.`], name, { type: 'text/plain' }));
    const response = await client.send<{ doc_id: string }>('/v1/documents', {
      method: 'POST',
      body: form,
      ...withTimeout(),
    });
    if (response.status < 300)
      this.documents.set(tenant, [...(this.documents.get(tenant) ?? []), response.body.doc_id]);
    return response;
  }

  /** A replica that stops may end a stream of changes, as the protocol ends an answer. The client connects again. */
  private async listen(tenant: string): Promise<ApiResponse<unknown>> {
    const response = await fetch(`${this.cluster.api.url}/v1/config/stream`, {
      headers: { authorization: `Bearer ${await this.cluster.tenantAdminToken(tenant)}` },
    });
    const reader = response.body!.getReader();
    const end = Date.now() + listenMs;
    let isDone = false;
    while (!isDone && Date.now() < end) {
      const next = await Promise.race([reader.read(), pause(end - Date.now())]);
      isDone = !next || next.done;
    }
    await reader.cancel();
    return { status: response.status, headers: response.headers, body: null };
  }
}

function json(body: object): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function withTimeout(): RequestInit {
  return { signal: AbortSignal.timeout(timeoutMs) };
}
