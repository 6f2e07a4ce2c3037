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

describe('withFastPath', () => {
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

  /** Resolves when the headers of the response have arrived; its body is not read. */
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

  it('sends the prepared response with the common headers, and logs it', async () => {
    const [{ statusCode, headers }, body] = await ask({ headers: { 'x-request-id': 'mine' } });
    expect([statusCode, body]).toEqual([200, 'prepared']);
    expect(headers).toMatchObject({
      ...preparedResponse.headers,
      'content-length': '8',
      'x-request-id': 'mine',
      'x-content-type-options': 'nosniff',
    });
    await waitFor(() => app.responses.length > 0, { what: 'the response is logged' });
    expect(app.responses).toEqual([{ id: 'mine', status: 200, isDisconnected: false }]);
  });

  it('sends neither a body nor a length for a prepared response without a body', async () => {
    answer = () => ({ ...preparedResponse, status: 304, body: '' });
    const [{ statusCode, headers }, body] = await ask();
    expect([statusCode, body, headers['content-length']]).toEqual([304, '', undefined]);
  });

  it.each<[string, RequestOptions]>([
    ['with a query', { path: '/orders?limit=50' }],
    ['with a length', { headers: { 'content-length': 0 } }],
    ['of a page of another origin', { headers: { origin: 'https://app.example' } }],
  ])('leaves a request %s to its route', async (_what, options) => {
    expect((await ask(options))[1]).toBe(routeBody);
  });

  it('leaves another method, a chunked body and a form to the route', async () => {
    expect((await ask({ method: 'HEAD' }))[0].headers['content-type']).toMatch('application/json');
    expect((await ask({ method: 'POST' }))[0].statusCode).toBe(201);
    expect((await ask({ headers: { 'transfer-encoding': 'chunked' } }))[1]).toBe(routeBody);
    expect((await ask({ headers: { 'content-type': 'Multipart/form-data' } }))[0].statusCode).toBe(415);
  });

  it('leaves a request to its route when the fast path returns nothing or throws', async () => {
    answer = () => undefined;
    expect((await ask())[1]).toBe(routeBody);
    answer = () => {
      throw new Error('broken');
    };
    expect((await ask())[1]).toBe(routeBody);
  });

  it('leaves requests to their route while the process drains, and closes the connection', async () => {
    isDraining = true;
    const [{ headers }, body] = await ask({ agent: new Agent({ keepAlive: true }) });
    expect([headers.connection, body]).toEqual(['close', routeBody]);
  });

  it('logs a response once when the caller leaves before it has received it', async () => {
    answer = () => ({ ...preparedResponse, body: 'x'.repeat(largeBodyBytes) });
    const { port } = app.server.server.address() as { port: number };
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /orders HTTP/1.1\r\nhost: x\r\n\r\n');
    socket.once('data', () => socket.destroy());
    await waitFor(() => app.responses.length > 0, { what: 'the response is logged' });
    expect((await ask({ path: '/orders/1' }))[0].statusCode).toBe(200);
    expect(app.responses).toHaveLength(2);
  });

  it.each(['/orders', '/large'])(
    'sends the whole response of %s during a shutdown, from the fast path and from a route',
    async (path) => {
      answer = () => ({ ...preparedResponse, body: 'x'.repeat(largeBodyBytes) });
      const response = await requestHead({ path, agent: new Agent({ keepAlive: true }) });
      const closed = app.close();
      expect((await text(response)).length).toBeGreaterThanOrEqual(largeBodyBytes);
      await closed;
    },
  );

  it('aborts the response of a client that does not read, so that the shutdown ends', async () => {
    answer = () => ({ ...preparedResponse, body: 'x'.repeat(largeBodyBytes) });
    const response = await requestHead({ agent: new Agent({ keepAlive: true }) });
    await app.close();
    await expect(text(response)).rejects.toThrow('aborted');
  });

  it('sends and logs pipelined responses in the order of their requests, during a shutdown too', async () => {
    const { port } = app.server.server.address() as { port: number };
    const socket = connect(port, '127.0.0.1');
    const get = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;
    const received = text(socket);
    const before = app.pendingSlowRequests.length;
    socket.write(get('/slow') + get('/slow') + get('/orders'));
    await waitFor(() => app.pendingSlowRequests.length === before + 2, {
      what: 'the requests are pending',
    });
    const closed = app.close();
    await waitFor(() => !app.server.server.listening, { what: 'the server accepts no more connections' });
    expect(app.responses).toEqual([]);
    app.pendingSlowRequests[before]!();
    await waitFor(() => app.responses.length === 1, { what: 'the first request is answered' });
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
