import type { LightMyRequestResponse } from 'fastify';
import { type TestHttpApp, startTestHttpApp } from '../../testing/test-http-app.js';

const origin = 'https://app.example';

describe('addCors', () => {
  let app: TestHttpApp;

  beforeAll(async () => {
    app = await startTestHttpApp({ corsOrigins: [origin] });
  });

  afterAll(() => app.close());

  const preflight = (url: string, from: string, requested?: string): Promise<LightMyRequestResponse> =>
    app.server.inject({
      method: 'OPTIONS',
      url,
      headers: {
        origin: from,
        'access-control-request-method': 'PATCH',
        ...(requested !== undefined && { 'access-control-request-headers': requested }),
      },
    });

  it('a preflight of a listed origin is answered with the methods of the route', async () => {
    const { statusCode, headers } = await preflight('/orders?limit=1', origin);
    expect(statusCode).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, HEAD, POST, PATCH',
      'access-control-allow-headers': expect.stringContaining('If-Match') as string,
      vary: 'Origin',
    });
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
  });

  it("a preflight allows the headers of OpenAI's libraries, and not the header that only the console's own page may send", async () => {
    const { headers } = await preflight(
      '/orders',
      origin,
      'attune-console, x-stainless-os,openai-beta, x-other',
    );
    const allowed = String(headers['access-control-allow-headers']);
    expect(allowed).toMatch(/, x-stainless-os, openai-beta$/);
    expect(allowed).not.toContain('attune-console');
  });

  it.each([`${origin}.evil.example`, 'http://app.example', 'https://app.example:8443', 'null', '*', ''])(
    'a preflight of the origin %j is refused',
    async (other) => {
      const { statusCode, headers } = await preflight('/orders', other);
      expect(statusCode).toBe(405);
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    },
  );

  it('answers and problems for a listed origin can be read by its pages', async () => {
    for (const url of ['/orders', '/orders?limit=0', '/nothing']) {
      const { headers } = await app.server.inject({ url, headers: { origin } });
      expect(headers['access-control-allow-origin']).toBe(origin);
      expect(headers['access-control-expose-headers']).toContain('ETag');
    }
    expect((await app.server.inject({ url: '/orders' })).headers['vary']).toBe('Origin');
  });

  it('the answer of a fast path says that it depends on the origin, as the answer of its route does', async () => {
    app.server.registerFastPath('/orders', () => ({
      status: 200,
      headers: {},
      body: 'prepared',
      principal: undefined,
    }));
    const answer = await fetch(`${await app.server.listen({ port: 0, host: '127.0.0.1' })}/orders`);
    expect([await answer.text(), answer.headers.get('vary')]).toEqual(['prepared', 'Origin']);
  });

  it('a route that is open to all origins answers each of them, whatever the list says', async () => {
    for (const from of [origin, 'https://other.example', 'null']) {
      const allowed = from === origin ? origin : '*';
      const { headers } = await app.server.inject({ url: '/open', headers: { origin: from } });
      expect(headers['access-control-allow-origin']).toBe(allowed);
      expect(headers['cross-origin-resource-policy']).toBe('cross-origin');
      expect((await preflight('/open', from)).statusCode).toBe(204);
    }
  });
});
