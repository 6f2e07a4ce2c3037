import { once } from 'node:events';
import { connect } from 'node:net';
import { getPriority, setPriority } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { Corpus } from '../queries/corpus.js';
import { percentile } from '../statistics.js';
import { serveWorker } from '../worker.js';
import type { TenantAddress } from './quiet-tenant.js';

/** What the noisy tenant does, in the order of the table. */
export const noises = ['uploads', 'queries', 'streams', 'slow readers', 'changes and lists'] as const;
export type Noise = (typeof noises)[number];

/** What the noisy tenant got until it stopped. */
export interface NoiseReport {
  readonly perSecond: number;
  readonly p95: number;
  /** How many answers had this status; 0 is a broken connection. */
  readonly statuses: Readonly<Record<string, number>>;
}

/** Each lane sends its next request when it has the last answer. */
const lanes: Readonly<Record<Noise, number>> = {
  uploads: 24,
  queries: 200,
  streams: 100,
  'slow readers': 100,
  'changes and lists': 100,
};
const openConfigStreams = 100;
/** About 40 chunks. */
const sentencesPerDocument = 480;
const slowReadIntervalMs = 100;
const slowReads = 20;
/** The client yields the processor to the service, which a client on another machine would not take from it either. */
const niceness = 5;

/** The worker that makes the noise, in a process of its own. */
export function serveNoisyTenant(): void {
  setPriority(getPriority() + niceness);
  let tenant: NoisyTenant | null = null;
  serveWorker(
    {
      start: ({ which, ...address }: TenantAddress & { which: readonly Noise[] }) => {
        tenant = new NoisyTenant(address, which);
      },
      stop: () => tenant?.stop(),
    },
    () => Promise.resolve(),
  );
}

class NoisyTenant {
  private readonly dispatcher = new Agent({ connections: 1_000, bodyTimeout: 0, headersTimeout: 0 });
  private readonly stopped = new AbortController();
  private readonly corpus = new Corpus(Date.now());
  private readonly times: number[] = [];
  private readonly statuses: Record<string, number> = {};
  private readonly startedAt = performance.now();
  private readonly running: Promise<unknown>[];
  private readonly sends: Readonly<Record<Noise, (lane: number) => Promise<number>>> = {
    uploads: () => this.post('/v1/documents', this.document()),
    queries: () => this.post('/v1/query', { question: this.corpus.question() }),
    streams: () => this.post('/v1/query', { question: this.corpus.question(), stream: true }),
    'slow readers': () => this.readSlowly(),
    'changes and lists': (lane) =>
      lane % 2 === 0
        ? this.send('PATCH', '/v1/config', { temperature: Math.random() })
        : this.send('GET', '/v1/config/history?limit=200'),
  };

  constructor(
    private readonly address: TenantAddress,
    which: readonly Noise[],
  ) {
    const loops = which.flatMap((noise) =>
      Array.from({ length: lanes[noise] }, (_, lane) => this.loop(() => this.sends[noise](lane))),
    );
    const streams = which.includes('streams') ? openConfigStreams : 0;
    this.running = [...loops, ...Array.from({ length: streams }, () => this.holdConfigStream())];
  }

  async stop(): Promise<NoiseReport> {
    const seconds = (performance.now() - this.startedAt) / 1_000;
    this.stopped.abort();
    await Promise.all(this.running);
    await this.dispatcher.destroy();
    const { times, statuses } = this;
    const p95 = times.length === 0 ? NaN : percentile(times, 0.95);
    return { perSecond: times.length / seconds, p95, statuses };
  }

  private async loop(send: () => Promise<number>): Promise<void> {
    while (!this.stopped.signal.aborted) {
      const startedAt = performance.now();
      const status = await send().catch(() => 0);
      if (this.stopped.signal.aborted) return;
      this.times.push(performance.now() - startedAt);
      this.statuses[status] = (this.statuses[status] ?? 0) + 1;
      if (status !== 200 && status !== 201) await pause(100);
    }
  }

  private document(): object {
    return { title: this.corpus.question(), text: this.corpus.document(sentencesPerDocument) };
  }

  private post(path: string, body: object): Promise<number> {
    return this.send('POST', path, body);
  }

  private async send(method: 'GET' | 'POST' | 'PATCH', path: string, body?: object): Promise<number> {
    const { dispatcher, stopped } = this;
    const headers = { authorization: `Bearer ${this.address.key}`, 'content-type': 'application/json' };
    const options = { method, headers, dispatcher, signal: stopped.signal };
    const sent = { ...options, ...(body && { body: JSON.stringify(body) }) };
    const response = await request(`${this.address.url}${path}`, sent);
    await response.body.dump({ limit: Infinity });
    return response.statusCode;
  }

  private async holdConfigStream(): Promise<void> {
    await this.send('GET', '/v1/config/stream').catch(() => undefined);
  }

  /** Asks for a streamed answer and for the history, on a connection of its own, and reads a few bytes at a time. */
  private async readSlowly(): Promise<number> {
    const { hostname, port } = new URL(this.address.url);
    const socket = connect({ host: hostname, port: Number(port) });
    const { signal } = this.stopped;
    socket.on('error', () => undefined);
    try {
      await once(socket, 'connect', { signal });
      socket.write(this.slowRequest());
      await once(socket, 'readable', { signal });
      const status = Number(String(socket.read(12)).slice(9, 12));
      for (let reads = 0; reads < slowReads; reads += 1) {
        socket.read(128);
        await pause(slowReadIntervalMs, undefined, { signal });
      }
      return status;
    } finally {
      socket.destroy();
    }
  }

  private slowRequest(): string {
    const body = JSON.stringify({ question: this.corpus.question(), stream: true });
    const shared = `host: attune\r\nauthorization: Bearer ${this.address.key}\r\n`;
    const query = `POST /v1/query HTTP/1.1\r\n${shared}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    return query + `GET /v1/config/history?limit=200 HTTP/1.1\r\n${shared}\r\n`.repeat(4);
  }
}
