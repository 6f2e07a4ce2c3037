import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { waitFor } from '#testing';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { type TestHttpApp, startTestHttpApp } from '../../testing/test-http-app.js';
import { problemTypes } from '../problem/problem-types.js';

const json = { 'content-type': 'application/json' };

describe('createHttpAdapter', () => {
  let app: TestHttpApp;

  beforeAll(async () => {
    app = await startTestHttpApp();
  });

  afterAll(async () => {
    await app.close();
  });

  const ask = (request: InjectOptions): Promise<LightMyRequestResponse> => app.server.inject(request);
  const post = (payload: string, headers: Record<string, string> = json, url = '/orders') =>
    ask({ method: 'POST', url, headers, payload });

  function expectProblem(
    answer: LightMyRequestResponse,
    slug: keyof typeof problemTypes,
  ): Record<string, unknown> {
    const { status, title } = problemTypes[slug];
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([status, 'application/problem+json']);
    const body = answer.json<Record<string, unknown>>();
    expect(body).toMatchObject({
      type: `/problems/${slug}`,
      title,
      status,
      detail: expect.any(String) as string,
    });
    expect(body['request_id']).toBe(answer.headers['x-request-id']);
    return body;
  }

  it('passes a valid body to the route', async () => {
    const answer = await post('{"note":"hello","count":3}');
    expect([answer.statusCode, answer.json()]).toEqual([201, { note: 'hello', count: 3 }]);
  });

  it('parses application/merge-patch+json as JSON', async () => {
    const headers = { 'content-type': 'application/merge-patch+json' };
    const answer = await ask({ method: 'PATCH', url: '/orders', headers, payload: '{"a":null}' });
    expect(answer.json()).toEqual({ received: { a: null } });
  });

  it('accepts a request without a body, with and without a content type', async () => {
    expect((await ask({ method: 'POST', url: '/orders' })).statusCode).toBe(201);
    expect((await post('')).statusCode).toBe(201);
  });

  it.each(['{"a"', '{', 'x', '{"note":1e}', '\u0000'])('refuses malformed JSON: %j', async (payload) => {
    const { errors } = expectProblem(await post(payload), 'invalid-input');
    expect(errors).toHaveLength(1);
  });

  it.each(['null', '[]', '3', '"x"'])('refuses a body that is not an object: %s', async (payload) => {
    expect(expectProblem(await post(payload), 'invalid-input')['errors']).toMatchObject([
      { field: '', rule: 'type' },
    ]);
  });

  it.each(['{"__proto__":{"x":1}}', '{"constructor":{"prototype":{"x":1}}}'])(
    'refuses the body %s and leaves the prototype of objects unchanged',
    async (payload) => {
      expect(expectProblem(await post(payload), 'invalid-input')).toHaveProperty('detail');
      expect(({} as Record<string, unknown>)['x']).toBeUndefined();
    },
  );

  it('lists every error of a body', async () => {
    const { errors } = expectProblem(await post('{"note":5,"count":1e400,"other":1}'), 'invalid-input');
    expect(errors).toMatchObject([
      { field: 'note', rule: 'type', value: 5 },
      { field: 'count', rule: 'type', value: 'Infinity' },
      { field: 'other', rule: 'unknown_field', value: 1 },
    ]);
  });

  it('refuses an unknown field that is nested deeper than the stack', async () => {
    const payload = `{"other":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect(expectProblem(await post(payload), 'invalid-input')).toHaveProperty('detail');
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/yaml',
    'application/jsonx',
    'nonsense',
  ])('refuses a body of the type %s', async (type) => {
    expect(
      expectProblem(await post('a=1', { 'content-type': type }), 'unsupported-media-type'),
    ).toHaveProperty('detail');
  });

  it('refuses a URL-encoded form, even if its fields are valid', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await post('note=hello', form)).statusCode).toBe(415);
  });

  it('accepts bodies of at most 1 MiB, and 16 MiB on a route that declares this', async () => {
    const bodyOfSize = (bytes: number) => `{"note":"${'x'.repeat(bytes - 11)}"}`;
    const mebibyte = 1024 * 1024;
    expect((await post(bodyOfSize(mebibyte))).statusCode).toBe(201);
    expect(expectProblem(await post(bodyOfSize(mebibyte + 1)), 'payload-too-large')).toHaveProperty('detail');
    expect(expectProblem(await post(bodyOfSize(10 * mebibyte)), 'payload-too-large')).toHaveProperty(
      'detail',
    );
    expect((await post(bodyOfSize(16 * mebibyte), json, '/documents')).statusCode).toBe(201);
    expect(
      expectProblem(await post(bodyOfSize(16 * mebibyte + 1), json, '/documents'), 'payload-too-large'),
    ).toHaveProperty('detail');
  });

  it.each([
    '/nothing',
    '/orders/1/2',
    '/problems/unknown-problem',
    '/problems/__proto__',
    '/problems/constructor',
  ])('answers 404 for %s', async (url) => {
    expect(expectProblem(await ask({ url }), 'not-found')).toHaveProperty('detail');
  });

  it.each([
    ['DELETE', '/orders', 'GET, HEAD, POST, PATCH'],
    ['PUT', '/orders?limit=3', 'GET, HEAD, POST, PATCH'],
    ['POST', '/orders/1', 'GET, HEAD'],
    ['OPTIONS', '/broken', 'GET, HEAD'],
    ['GET', '/documents', 'POST'],
  ] as const)('answers 405 for %s %s', async (method, url, allow) => {
    const answer = await ask({ method, url });
    expect(expectProblem(answer, 'method-not-allowed')).toHaveProperty('detail');
    expect(answer.headers['allow']).toBe(allow);
  });

  it('refuses a path that cannot be decoded', async () => {
    expect(expectProblem(await ask({ url: '/orders/%zz' }), 'invalid-input')).toHaveProperty('detail');
  });

  it('accepts a path parameter of 400 characters and answers a longer one with a problem', async () => {
    expect((await ask({ url: `/orders/${'x'.repeat(400)}` })).statusCode).toBe(200);
    const { statusCode, headers } = await ask({ url: `/orders/${'x'.repeat(401)}` });
    expect(statusCode).toBeGreaterThanOrEqual(400);
    expect(headers).toMatchObject({
      'content-type': 'application/problem+json',
      'x-request-id': expect.any(String) as string,
    });
  });

  it.each([
    ['limit=3&deep=true', { limit: 3, deep: true }],
    ['', { limit: 50 }],
    ['deep=false', { limit: 50, deep: false }],
  ])('converts the query ?%s to the declared types', async (query, read) => {
    expect((await ask({ url: `/orders?${query}` })).json()).toEqual(read);
  });

  it.each([
    ['limit=0', 'limit', 'min'],
    ['limit=201', 'limit', 'max'],
    ['limit=x', 'limit', 'type'],
    ['limit=1&limit=2', 'limit', 'type'],
    ['limit=1e2', 'limit', 'type'],
    ['limit=', 'limit', 'type'],
    ['deep=yes', 'deep', 'type'],
    ['cursor=', 'cursor', 'min'],
    ['lmit=3', 'lmit', 'unknown_field'],
  ])('refuses the query ?%s', async (query, field, rule) => {
    const { errors } = expectProblem(await ask({ url: `/orders?${query}` }), 'invalid-input');
    expect(errors).toContainEqual(expect.objectContaining({ field, rule }));
  });

  it('shows of an internal error only the request id', async () => {
    const answer = await ask({ url: '/broken' });
    expect(expectProblem(answer, 'internal')).toHaveProperty('detail');
    expect(answer.body).not.toMatch(/SELECT|10\.0|stack|at /);
  });

  it.each(['my-id.1', 'A_b-9', 'x'.repeat(100)])('uses the request id %s of the caller', async (id) => {
    const answer = await ask({ url: '/orders', headers: { 'x-request-id': id } });
    expect(answer.headers['x-request-id']).toBe(id);
    expect(app.responses.at(-1)).toEqual({ id, status: 200, isDisconnected: false });
  });

  it.each(['', 'a b', 'ä', '{"a":1}', 'x'.repeat(101)])(
    'replaces the request id %j of the caller',
    async (id) => {
      const { headers } = await ask({ url: '/nothing', headers: { 'x-request-id': id } });
      expect(headers['x-request-id']).toMatch(/^[0-9a-f]{12}-[0-9a-z]+$/);
    },
  );

  it('closes after the last pending response, even if the client keeps its connection', async () => {
    const other = await startTestHttpApp();
    const url = await other.server.listen({ port: 0, host: '127.0.0.1' });
    const agent = new Agent({ keepAlive: true });
    const answer = new Promise<number | undefined>((resolve, reject) => {
      get(`${url}/slow`, { agent }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode));
      }).once('error', reject);
    });
    await waitFor(() => other.pendingSlowRequests.length === 1, { what: 'the request is pending' });
    const closed = other.close();
    await waitFor(() => !other.server.server.listening, { what: 'the server accepts no more connections' });
    other.pendingSlowRequests[0]!();
    expect(await answer).toBe(200);
    await closed;
    agent.destroy();
  });

  it.each([
    ['before the response', '/slow', 499],
    ['while it receives the response', '/large', 200],
  ])('logs a request whose client leaves %s', async (_when, path, status) => {
    const other = await startTestHttpApp();
    const url = await other.server.listen({ port: 0, host: '127.0.0.1' });
    const slowCount = other.pendingSlowRequests.length;
    const request = get(`${url}${path}`, { headers: { 'x-request-id': 'left' } }).on(
      'error',
      () => undefined,
    );
    if (path === '/slow')
      await waitFor(() => other.pendingSlowRequests.length > slowCount, { what: 'the request is pending' });
    else await once(request, 'response');
    request.destroy();
    await waitFor(() => other.responses.length > 0, { what: 'the request is logged' });
    other.pendingSlowRequests.at(-1)?.();
    await other.close();
    expect(other.responses).toEqual([{ id: 'left', status, isDisconnected: true }]);
  });

  it('shows the registered page to a browser at an unknown address, and a problem to everything else', async () => {
    const other = await startTestHttpApp();
    other.server.registerNotFoundPage((path, reply) => {
      void reply.type('text/html');
      return path === '/nonsense' ? 'There is no such screen' : null;
    });
    const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    const open = (url: string, more: InjectOptions = {}) =>
      other.server.inject({ url, headers: browser, ...more });
    const page = await open('/nonsense?x=1');
    expect([page.statusCode, page.body]).toEqual([404, 'There is no such screen']);
    expect(page.headers['x-frame-options']).toBe('DENY');
    for (const problem of [
      await open('/nonsense', { headers: { accept: '*/*' } }),
      await open('/nonsense', { method: 'POST' }),
      await open('/no-page'),
    ])
      expectProblem(problem, 'not-found');
    await other.close();
  });

  it('assigns a different id to each request', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask({ url: '/orders' })));
    expect(new Set(answers.map(({ headers }) => headers['x-request-id'])).size).toBe(50);
  });

  it('sends the security headers with every response, also with problems', async () => {
    for (const url of ['/orders', '/nothing', '/problems/conflict']) {
      const { headers } = await ask({ url });
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
      expect(headers['strict-transport-security']).toBeDefined();
    }
  });

  it.each(Object.entries(problemTypes))(
    'serves a page for the problem %s',
    async (slug, { status, title, remedy }) => {
      const answer = await ask({ url: `/problems/${slug}` });
      expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      for (const part of [String(status), title, remedy]) expect(answer.body).toContain(part);
    },
  );
});
