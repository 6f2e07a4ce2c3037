import { type AddressInfo, type Socket, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { waitFor } from '#testing';
import { type TestHttpApp, startTestHttpApp } from '../../testing/test-http-app.js';

jest.setTimeout(30_000);

const arrivalMs = 1_000;

describe('handleClientError', () => {
  let app: TestHttpApp;
  let port: number;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    app = await startTestHttpApp({ requestTimeoutMs: arrivalMs });
    await app.server.listen({ port: 0, host: '127.0.0.1' });
    port = (app.server.server.address() as AddressInfo).port;
  });

  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });

  afterAll(() => app.close());

  /** Sends the bytes and does not close the client's side of the connection. */
  function send(bytes: string): Socket {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    sockets.push(socket.on('error', () => undefined));
    socket.write(bytes);
    return socket;
  }

  function parseResponse(answer: string): { status: number; head: string; body: Record<string, unknown> } {
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toContain(`content-length: ${body.length}\r\n`);
    return { status: Number(head.split(' ')[1]), head, body: JSON.parse(body) as Record<string, unknown> };
  }

  const get = 'GET /orders HTTP/1.1\r\nHost: x\r\n';
  const post = 'POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';

  it.each([
    ['bytes of another protocol', '\u0016\u0003\u0001\u0002\r\n\r\n', 400, 'is not an HTTP'],
    ['two lengths', `${post}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, 400, 'is not an HTTP'],
    ['headers that are too large', `${get}X-Long: ${'x'.repeat(17_000)}\r\n\r\n`, 413, '16 KiB'],
    ['a head that does not end', get, 400, 'too long to arrive'],
    ['a body that does not end', `${post}Content-Length: 9\r\n\r\n{"note"`, 400, 'too long to arrive'],
  ])('handleClientError answers with a problem: %s', async (_name, bytes, status, words) => {
    const before = app.responses.length;
    const answer = parseResponse(await text(send(bytes)));
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({
      type: status === 413 ? '/problems/payload-too-large' : '/problems/invalid-input',
      status,
    });
    expect(JSON.stringify(answer.body)).toContain(words);
    expect(answer.head).toContain(`\r\nx-request-id: ${String(answer.body['request_id'])}\r\n`);
    expect(answer.head).toContain('\r\nx-content-type-options: nosniff\r\n');
    expect(answer.head).toContain('\r\nconnection: close');
    await waitFor(() => app.responses.some(({ id }) => id === answer.body['request_id']));
    await nextTurn();
    expect(app.responses.slice(before)).toHaveLength(1);
  });

  it('handleClientError sends nothing on a connection that received no bytes', async () => {
    expect(await text(send(''))).toBe('');
  });

  it('handleClientError sends nothing while an earlier request waits for its response', async () => {
    const requestCount = app.pendingSlowRequests.length;
    const socket = send('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
    await waitFor(() => app.pendingSlowRequests.length > requestCount);
    socket.write('rubbish\r\n\r\n');
    expect(await text(socket).catch(() => '')).toBe('');
    app.pendingSlowRequests.at(-1)!();
  });

  it('handleClientError sends nothing after the headers of a request were answered and its body does not end', async () => {
    const received = await text(send(`${post.replace('json', 'unknown')}Content-Length: 9\r\n\r\n{`));
    expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 415']);
  });

  it('handleClientError leaves a complete request alone that waits long for its response', async () => {
    const requestCount = app.pendingSlowRequests.length;
    const socket = send('GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    await waitFor(() => app.pendingSlowRequests.length > requestCount);
    await new Promise((resolve) => setTimeout(resolve, 2.5 * arrivalMs));
    app.pendingSlowRequests.at(-1)!();
    expect(await text(socket)).toContain('{"slow":true}');
  });
});
