import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { waitFor } from '#testing';
import { type ProbeApp, largeBytes, startProbeApp } from '../testing/probe-app.js';
import type { PreparedAnswer } from './prepared-answers.js';

const prepared: PreparedAnswer = {
  status: 200,
  headers: { 'content-type': 'text/plain', etag: '"1"' },
  body: 'prepared',
  principal: undefined,
};

describe('what is prepared', () => {
  let app: ProbeApp;
  let url: string;
  let isDraining = false;
  let answer: () => PreparedAnswer | undefined;

  beforeEach(async () => {
    isDraining = false;
    answer = () => prepared;
    app = await startProbeApp({ isDraining: () => isDraining });
    app.server.prepare('/orders', () => answer());
    url = await app.server.listen({ port: 0, host: '127.0.0.1' });
  });

  afterEach(() => app.close());

  /** Its head has come, its body is not read yet. */
  function begun({ path = '/orders', ...options }: RequestOptions): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      request(`${url}${path}`, options).once('error', reject).once('response', resolve).end();
    });
  }

  async function ask(options: RequestOptions = {}): Promise<[IncomingMessage, string]> {
    const response = await begun(options);
    return [response, await text(response)];
  }

  const byRoute = '{"limit":50}';

  it('is sent with what every answer has, and told to the access log', async () => {
    const [{ statusCode, headers }, body] = await ask({ headers: { 'x-request-id': 'mine' } });
    expect([statusCode, body]).toEqual([200, 'prepared']);
    expect(headers).toMatchObject({
      ...prepared.headers,
      'content-length': '8',
      'x-request-id': 'mine',
      'x-content-type-options': 'nosniff',
    });
    await waitFor(() => app.answered.length > 0, { what: 'the answer is told of' });
    expect(app.answered).toEqual([{ id: 'mine', status: 200 }]);
  });

  it('has no body and no length where there is none', async () => {
    answer = () => ({ ...prepared, status: 304, body: '' });
    const [{ statusCode, headers }, body] = await ask();
    expect([statusCode, body, headers['content-length']]).toEqual([304, '', undefined]);
  });

  it.each<[string, RequestOptions]>([
    ['with a query', { path: '/orders?limit=50' }],
    ['with a length', { headers: { 'content-length': 0 } }],
  ])('is left to its route %s', async (_what, options) => {
    expect((await ask(options))[1]).toBe(byRoute);
  });

  it('is left to its route by another method, in pieces, or as a form', async () => {
    expect((await ask({ method: 'HEAD' }))[0].headers['content-type']).toMatch('application/json');
    expect((await ask({ method: 'POST' }))[0].statusCode).toBe(201);
    expect((await ask({ headers: { 'transfer-encoding': 'chunked' } }))[1]).toBe(byRoute);
    expect((await ask({ headers: { 'content-type': 'Multipart/form-data' } }))[0].statusCode).toBe(415);
  });

  it('is left to its route where there is no answer, or a fault', async () => {
    answer = () => undefined;
    expect((await ask())[1]).toBe(byRoute);
    answer = () => {
      throw new Error('broken');
    };
    expect((await ask())[1]).toBe(byRoute);
  });

  it('is left to its route while the process drains, which ends the connection', async () => {
    isDraining = true;
    const [{ headers }, body] = await ask({ agent: new Agent({ keepAlive: true }) });
    expect([headers.connection, body]).toEqual(['close', byRoute]);
  });

  it('is told of once where the caller leaves before it has it', async () => {
    answer = () => ({ ...prepared, body: 'x'.repeat(largeBytes) });
    const { port } = app.server.server.address() as { port: number };
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /orders HTTP/1.1\r\nhost: x\r\n\r\n');
    socket.once('data', () => socket.destroy());
    await waitFor(() => app.answered.length > 0, { what: 'the answer is told of' });
    expect((await ask({ path: '/orders/1' }))[0].statusCode).toBe(200);
    expect(app.answered).toHaveLength(2);
  });

  it.each(['/orders', '/large'])(
    'is sent whole and does not hold up the end, prepared or by a route: %s',
    async (path) => {
      answer = () => ({ ...prepared, body: 'x'.repeat(largeBytes) });
      const response = await begun({ path, agent: new Agent({ keepAlive: true }) });
      const closed = app.close();
      expect((await text(response)).length).toBeGreaterThanOrEqual(largeBytes);
      await closed;
    },
  );

  it('holds up the end no longer than its client is owed, where that does not read', async () => {
    answer = () => ({ ...prepared, body: 'x'.repeat(largeBytes) });
    const response = await begun({ agent: new Agent({ keepAlive: true }) });
    await app.close();
    await expect(text(response)).rejects.toThrow('aborted');
  });

  it('follows, unlogged until then, an answer that was asked for before it on the same connection, at the end too', async () => {
    const { port } = app.server.server.address() as { port: number };
    const socket = connect(port, '127.0.0.1');
    const get = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;
    const received = text(socket);
    const before = app.waiting.length;
    socket.write(get('/slow') + get('/slow') + get('/orders'));
    await waitFor(() => app.waiting.length === before + 2, { what: 'the requests are under way' });
    const closed = app.close();
    await waitFor(() => !app.server.server.listening, { what: 'nobody is let in any more' });
    expect(app.answered).toEqual([]);
    app.waiting[before]!();
    await waitFor(() => app.answered.length === 1, { what: 'the first is answered' });
    app.waiting[before + 1]!();
    const bodies = (await received).split('\r\n').filter((line) => /slow|prepared/.test(line));
    expect(bodies).toEqual([
      expect.stringMatching('slow'),
      expect.stringMatching('slow'),
      expect.stringMatching('prepared'),
    ]);
    await closed;
  });
});
