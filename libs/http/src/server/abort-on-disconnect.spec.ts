import { once } from 'node:events';
import fastify, { type FastifyInstance } from 'fastify';
import { abortOnDisconnect } from './abort-on-disconnect.js';

let server: FastifyInstance;
let address: string;
let disconnectSignal: AbortSignal | undefined;
let requestArrived: PromiseWithResolvers<void>;
let responseAllowed: PromiseWithResolvers<void>;

beforeEach(async () => {
  requestArrived = Promise.withResolvers();
  responseAllowed = Promise.withResolvers();
  server = fastify();
  server.post('/', async (_request, reply) => {
    disconnectSignal = abortOnDisconnect(reply);
    requestArrived.resolve();
    await responseAllowed.promise;
    return { ok: true };
  });
  address = await server.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(() => server.close());

describe('abortOnDisconnect', () => {
  it('aborts the signal when the client leaves before the response', async () => {
    const client = new AbortController();
    const request = fetch(address, {
      method: 'POST',
      body: 'x'.repeat(10),
      signal: client.signal,
      headers: { 'content-type': 'text/plain' },
    });
    await requestArrived.promise;
    client.abort();
    await expect(request).rejects.toMatchObject({ name: 'AbortError' });
    if (!disconnectSignal!.aborted) await once(disconnectSignal!, 'abort');
    expect(disconnectSignal!.aborted).toBe(true);
    responseAllowed.resolve();
  });

  it('does not abort the signal after the response was sent', async () => {
    responseAllowed.resolve();
    const response = await fetch(address, { method: 'POST', headers: { connection: 'close' } });
    await expect(response.json()).resolves.toEqual({ ok: true });
    await server.close();
    expect(disconnectSignal!.aborted).toBe(false);
  });
});
