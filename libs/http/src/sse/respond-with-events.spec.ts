import { once } from 'node:events';
import { Logger } from '@nestjs/common';
import { UpstreamError } from '#kernel';
import fastify, { type FastifyInstance } from 'fastify';
import { abortOnDisconnect } from '../server/abort-on-disconnect.js';
import type { ToErrorAnswer } from '../problem/problem-form.js';
import { sendProblem } from '../problem/problem.filter.js';
import { respondWithEvents } from './respond-with-events.js';
import { type ServerSentEvent, endOfChunks, heartbeat, sendEventStream } from './event-stream.js';

type Events = AsyncGenerator<ServerSentEvent | typeof endOfChunks, void>;

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
  const problemForm: ToErrorAnswer = ({ body }) => ({
    contentType: 'application/json',
    body: { error: { message: body['detail'] } },
  });
  server.get('/other-protocol', { config: { problemForm } }, async (_request, reply) => {
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

describe('respondWithEvents and sendEventStream', () => {
  it('respondWithEvents sends an event stream that no proxy caches', async () => {
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

  it('respondWithEvents leaves an error before the first event to become a problem with its status', async () => {
    // oxlint-disable-next-line require-yield -- it must fail before its first event
    events = async function* () {
      throw failure;
    };
    const response = await fetch(address);
    expect(response.status).toBe(502);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    await expect(response.json()).resolves.toMatchObject({ type: '/problems/upstream-failed', attempts: [] });
  });

  it.each([
    ['as a problem', failure, 502, 'No model answered.'],
    [
      'as an internal problem without its message',
      new Error('password=hush'),
      500,
      'Something went wrong on our side.',
    ],
  ])('respondWithEvents reports a later error in a last event, %s', async (_what, error, status, detail) => {
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

  it('respondWithEvents sends events without a name, and the end of the chunks as it is', async () => {
    events = async function* () {
      yield { data: { text: 'On' } };
      yield endOfChunks;
    };
    expect(await (await fetch(address)).text()).toBe('data: {"text":"On"}\n\ndata: [DONE]\n\n');
  });

  it('respondWithEvents reports a later error in the form of the route, without a name', async () => {
    events = async function* () {
      yield { data: { text: 'On' } };
      throw failure;
    };
    expect(await (await fetch(`${address}/other-protocol`)).text()).toBe(
      'data: {"text":"On"}\n\ndata: {"error":{"message":"No model answered."}}\n\n',
    );
  });

  it('respondWithEvents sends heartbeats until the first event, and then the events and the error as usual', async () => {
    heartbeatMs = 10;
    const firstEventAllowed = Promise.withResolvers<void>();
    events = async function* () {
      await firstEventAllowed.promise;
      yield token('At last.');
      throw failure;
    };
    const response = await fetch(address);
    expect(response.status).toBe(200);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = (await reader.read()).value!;
    expect(text).toMatch(/^:\n\n/);
    firstEventAllowed.resolve();
    for (let step = await reader.read(); !step.done; step = await reader.read()) text += step.value;
    expect(text).toMatch(/^(:\n\n)+event: token\n.*\n\n(:\n\n)*event: error\n.*\n\n$/);
  });

  it.each([
    ['before the first event', 0],
    ['after the first event', 1],
  ])('respondWithEvents ends the generator when the client leaves %s', async (_when, sent) => {
    const ended = Promise.withResolvers<unknown>();
    const started = Promise.withResolvers<void>();
    events = async function* (client) {
      try {
        for (let each = 0; each < sent; each += 1) yield token('On');
        started.resolve();
        await once(client, 'abort');
        throw new Error('The client has left.');
      } finally {
        ended.resolve(null);
      }
    };
    const client = new AbortController();
    const answer = fetch(address, { signal: client.signal }).then((response) => response.text());
    await started.promise;
    client.abort();
    await expect(answer).rejects.toBeDefined();
    await ended.promise;
  });

  it('respondWithEvents requests events no faster than the client reads them', async () => {
    let eventCount = 0;
    const text = 'x'.repeat(100_000);
    events = async function* () {
      for (; eventCount < 1000; eventCount += 1) yield token(text);
    };
    const response = await fetch(address);
    const reader = response.body!.getReader();
    await reader.read();
    let before = -1;
    while (before !== eventCount) {
      before = eventCount;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(eventCount).toBeLessThan(1000);
    await reader.cancel();
  });

  it('sendEventStream closes the connection of a client that reads nothing', async () => {
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

  it('sendEventStream sends a heartbeat as a comment line', async () => {
    plain = (async function* (): AsyncGenerator<typeof heartbeat> {
      yield heartbeat;
    })();
    await expect((await fetch(`${address}/plain`)).text()).resolves.toBe(':\n\n');
  });
});
