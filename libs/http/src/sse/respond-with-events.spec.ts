import { once } from 'node:events';
import { Logger } from '@nestjs/common';
import { UpstreamError } from '#kernel';
import fastify, { type FastifyInstance } from 'fastify';
import { abortOnDisconnect } from '../server/abort-on-disconnect.js';
import { sendProblem } from '../problem/problem.filter.js';
import { respondWithEvents } from './respond-with-events.js';
import { type ServerSentEvent, heartbeat, sendEventStream } from './event-stream.js';

type Events = AsyncGenerator<ServerSentEvent, void>;

let server: FastifyInstance;
let address: string;
let events: (client: AbortSignal) => Events;
let heartbeatMs: number;
let plain: AsyncIterable<ServerSentEvent | typeof heartbeat>;

beforeEach(async () => {
  Logger.overrideLogger(false);
  heartbeatMs = 60_000;
  server = fastify();
  server.setErrorHandler((error, request, reply) => void sendProblem(error, request.id, reply));
  server.get('/', async (_request, reply) => {
    await respondWithEvents(reply, events(abortOnDisconnect(reply)), heartbeatMs);
    return reply;
  });
  server.get('/plain', (_request, reply) => {
    sendEventStream(reply, plain, 50);
    return reply;
  });
  address = await server.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(async () => {
  server.server.closeAllConnections();
  await server.close();
});

const token = (text: string): ServerSentEvent => ({ event: 'token', data: { text } });
const failure = new UpstreamError('failed', 'No model answered.');

describe('an answer of events that can fail', () => {
  it('is an event stream that nothing in between holds back', async () => {
    events = async function* () {
      yield token('On the\nfirst.');
      yield { event: 'done', data: null };
    };
    const response = await fetch(address);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    await expect(response.text()).resolves.toBe(
      'event: token\ndata: {"text":"On the\\nfirst."}\n\nevent: done\ndata: null\n\n',
    );
  });

  it('is a problem with its status where it fails before the first event', async () => {
    // oxlint-disable-next-line require-yield -- It ends before its first piece, and that is the point
    events = async function* () {
      throw failure;
    };
    const response = await fetch(address);
    expect(response.status).toBe(502);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    await expect(response.json()).resolves.toMatchObject({ type: '/problems/upstream-failed', attempts: [] });
  });

  it.each([
    ['the problem', failure, 502, 'No model answered.'],
    [
      'no more than that it was our fault',
      new Error('password=hush'),
      500,
      'Something went wrong on our side.',
    ],
  ])('ends with an event that tells %s where it fails later', async (_what, error, status, detail) => {
    events = async function* () {
      yield token('On');
      throw error;
    };
    const text = await (await fetch(address)).text();
    const [first, last, ...rest] = text.split('\n\n');
    expect(first).toContain('event: token');
    expect(last!.startsWith('event: error\ndata: ')).toBe(true);
    expect(JSON.parse(last!.split('data: ')[1]!)).toMatchObject({ status, detail });
    expect(rest).toEqual(['']);
  });

  it('begins with a heartbeat when the first event is long in coming, and ends as it would have', async () => {
    heartbeatMs = 10;
    const beaten = Promise.withResolvers<void>();
    events = async function* () {
      await beaten.promise;
      yield token('At last.');
      throw failure;
    };
    const response = await fetch(address);
    expect(response.status).toBe(200);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = (await reader.read()).value!;
    expect(text).toMatch(/^:\n\n/);
    beaten.resolve();
    for (let step = await reader.read(); !step.done; step = await reader.read()) text += step.value;
    expect(text).toMatch(/^(:\n\n)+event: token\n.*\n\n(:\n\n)*event: error\n.*\n\n$/);
  });

  it.each([
    ['before the first event', 0],
    ['after it', 1],
  ])('ends the work when the client leaves %s', async (_when, sent) => {
    const ended = Promise.withResolvers<unknown>();
    const began = Promise.withResolvers<void>();
    events = async function* (client) {
      try {
        for (let each = 0; each < sent; each += 1) yield token('On');
        began.resolve();
        await once(client, 'abort');
        throw new Error('Nobody waits.');
      } finally {
        ended.resolve(null);
      }
    };
    const client = new AbortController();
    const answer = fetch(address, { signal: client.signal }).then((response) => response.text());
    await began.promise;
    client.abort();
    await expect(answer).rejects.toBeDefined();
    await ended.promise;
  });

  it('makes events no faster than the client takes them', async () => {
    let made = 0;
    const text = 'x'.repeat(100_000);
    events = async function* () {
      for (; made < 1000; made += 1) yield token(text);
    };
    const response = await fetch(address);
    const reader = response.body!.getReader();
    await reader.read();
    let before = -1;
    while (before !== made) {
      before = made;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(made).toBeLessThan(1000);
    await reader.cancel();
  });

  it('gives up a client that takes nothing any more', async () => {
    const ended = Promise.withResolvers<void>();
    plain = (async function* () {
      try {
        for (;;) yield token('x'.repeat(1_000_000));
      } finally {
        ended.resolve();
      }
    })();
    const response = await fetch(`${address}/plain`);
    const reader = response.body!.getReader();
    await reader.read();
    await ended.promise;
    const rest = async (): Promise<void> => {
      for (let step = await reader.read(); !step.done;) step = await reader.read();
    };
    await expect(rest()).rejects.toBeDefined();
  });

  it('sends a heartbeat as a comment', async () => {
    plain = (async function* (): AsyncGenerator<typeof heartbeat> {
      yield heartbeat;
    })();
    await expect((await fetch(`${address}/plain`)).text()).resolves.toBe(':\n\n');
  });
});
