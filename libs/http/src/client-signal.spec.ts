import { once } from 'node:events';
import fastify, { type FastifyInstance } from 'fastify';
import { clientSignal } from './client-signal.js';

let server: FastifyInstance;
let address: string;
let seen: AbortSignal | undefined;
let arrived: PromiseWithResolvers<void>;
let answered: PromiseWithResolvers<void>;

beforeEach(async () => {
  arrived = Promise.withResolvers();
  answered = Promise.withResolvers();
  server = fastify();
  server.post('/', async (_request, reply) => {
    seen = clientSignal(reply);
    arrived.resolve();
    await answered.promise;
    return { ok: true };
  });
  address = await server.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(() => server.close());

describe('the signal of a client', () => {
  it('aborts when the client goes away before the answer', async () => {
    const client = new AbortController();
    const request = fetch(address, {
      method: 'POST',
      body: 'x'.repeat(10),
      signal: client.signal,
      headers: { 'content-type': 'text/plain' },
    });
    await arrived.promise;
    client.abort();
    await expect(request).rejects.toMatchObject({ name: 'AbortError' });
    if (!seen!.aborted) await once(seen!, 'abort');
    expect(seen!.aborted).toBe(true);
    answered.resolve();
  });

  it('stays quiet when the answer was sent', async () => {
    answered.resolve();
    const response = await fetch(address, { method: 'POST', headers: { connection: 'close' } });
    await expect(response.json()).resolves.toEqual({ ok: true });
    await server.close();
    expect(seen!.aborted).toBe(false);
  });
});
