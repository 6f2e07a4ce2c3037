import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { waitFor } from '#testing';
import { type TestHttpApp, largeBodyBytes, startTestHttpApp } from '../../testing/test-http-app.js';
import type { PreparedResponse } from './fast-path.js';

const preparedResponse: PreparedResponse = {
  status: 200,
  headers: { 'content-type': 'text/plain', etag: '"1"' },
  body: 'prepared',
  principal: undefined,
};

describe('what is prepared', () => {
  let app: TestHttpApp;
  let url: string;
  let isDraining = false;
  let answer: () => PreparedResponse | undefined;

  beforeEach(async () => {
    isDraining = false;
    answer = () => preparedResponse;
    app = await startTestHttpApp({ isDraining: () => isDraining });
    app.server.registerFastPath('/orders', () => answer());
    url = await app.server.listen({ port: 0, host: '127.0.0.1' });
  });

  afterEach(() => app.close());

  /** Its head has come, its body is not read yet. */
  function requestHead({ path = '/orders', ...options }: RequestOptions): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      request(`${url}${path}`, options).once('error', reject).once('response', resolve).end();
    });
  }

  async function ask(options: RequestOptions = {}): Promise<[IncomingMessage, string]> {
    const response = await requestHead(options);
    return [response, await text(response)];
  }

  const routeBody = '{"limit":50}';

  it('is sent with what every answer has, and told to the access log', async () => {
    const [{ statusCode, headers }, body] = await ask({ headers: { 'x-request-id': 'mine' } });
    expect([statusCode, body]).toEqual([200, 'prepared']);
    expect(headers).toMatchObject({
      ...preparedResponse.headers,
      'content-length': '8',
      'x-request-id': 'mine',
      'x-content-type-options': 'nosniff',
    });
    await waitFor(() => app.responses.length > 0, { what: 'the answer is told of' });
    expect(app.responses).toEqual([{ id: 'mine', status: 200 }]);
  });

  it('has no body and no length where there is none', async () => {
    answer = () => ({ ...preparedResponse, status: 304, body: '' });
    const [{ statusCode, headers }, body] = await ask();
    expect([statusCode, body, headers['content-length']]).toEqual([304, '', undefined]);
  });

  it.each<[string, RequestOptions]>([
    ['with a query', { path: '/orders?limit=50' }],
    ['with a length', { headers: { 'content-length': 0 } }],
  ])('is left to its route %s', async (_what, options) => {
    expect((await ask(options))[1]).toBe(routeBody);
  });

  it('is left to its route by another method, in pieces, or as a form', async () => {
    expect((await ask({ method: 'HEAD' }))[0].headers['content-type']).toMatch('application/json');
    expect((await ask({ method: 'POST' }))[0].statusCode).toBe(201);
    expect((await ask({ headers: { 'transfer-encoding': 'chunked' } }))[1]).toBe(routeBody);
    expect((await ask({ headers: { 'content-type': 'Multipart/form-data' } }))[0].statusCode).toBe(415);
  });

  it('is left to its route where there is no answer, or a fault', async () => {
    answer = () => undefined;
    expect((await ask())[1]).toBe(routeBody);
    answer = () => {
      throw new Error('broken');
    };
    expect((await ask())[1]).toBe(routeBody);
  });

  it('is left to its route while the process drains, which ends the connection', async () => {
    isDraining = true;
    const [{ headers }, body] = await ask({ agent: new Agent({ keepAlive: true }) });
    expect([headers.connection, body]).toEqual(['close', routeBody]);
  });

  it('is told of once where the caller leaves before it has it', async () => {
    answer = () => ({ ...preparedResponse, body: 'x'.repeat(largeBodyBytes) });
    const { port } = app.server.server.address() as { port: number };
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /orders HTTP/1.1\r\nhost: x\r\n\r\n');
    socket.once('data', () => socket.destroy());
    await waitFor(() => app.responses.length > 0, { what: 'the answer is told of' });
    expect((await ask({ path: '/orders/1' }))[0].statusCode).toBe(200);
    expect(app.responses).toHaveLength(2);
  });

  it.each(['/orders', '/large'])(
    'is sent whole and does not hold up the end, prepared or by a route: %s',
    async (path) => {
      answer = () => ({ ...preparedResponse, body: 'x'.repeat(largeBodyBytes) });
      const response = await requestHead({ path, agent: new Agent({ keepAlive: true }) });
      const closed = app.close();
      expect((await text(response)).length).toBeGreaterThanOrEqual(largeBodyBytes);
      await closed;
    },
  );

  it('holds up the end no longer than its client is owed, where that does not read', async () => {
    answer = () => ({ ...preparedResponse, body: 'x'.repeat(largeBodyBytes) });
    const response = await requestHead({ agent: new Agent({ keepAlive: true }) });
    await app.close();
    await expect(text(response)).rejects.toThrow('aborted');
  });

  it('follows, unlogged until then, an answer that was asked for before it on the same connection, at the end too', async () => {
    const { port } = app.server.server.address() as { port: number };
    const socket = connect(port, '127.0.0.1');
    const get = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;
    const received = text(socket);
    const before = app.pendingSlowRequests.length;
    socket.write(get('/slow') + get('/slow') + get('/orders'));
    await waitFor(() => app.pendingSlowRequests.length === before + 2, {
      what: 'the requests are under way',
    });
    const closed = app.close();
    await waitFor(() => !app.server.server.listening, { what: 'nobody is let in any more' });
    expect(app.responses).toEqual([]);
    app.pendingSlowRequests[before]!();
    await waitFor(() => app.responses.length === 1, { what: 'the first is answered' });
    app.pendingSlowRequests[before + 1]!();
    const bodies = (await received).split('\r\n').filter((line) => /slow|prepared/.test(line));
    expect(bodies).toEqual([
      expect.stringMatching('slow'),
      expect.stringMatching('slow'),
      expect.stringMatching('prepared'),
    ]);
    await closed;
  });
});
