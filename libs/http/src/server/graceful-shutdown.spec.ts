import { once } from 'node:events';
import { type AddressInfo, type Socket, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { waitFor } from '#testing';
import { type TestHttpApp, largeBodyBytes, startTestHttpApp } from '../../testing/test-http-app.js';

jest.setTimeout(30_000);

/** A client in a thread of its own: it sends a request, says so, and posts the answer. */
const clientSource = `
  const { parentPort, workerData: { port, isSent, post } } = require('node:worker_threads');
  const socket = require('node:net').connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (bytes) => (answer += bytes));
  for (const end of ['end', 'error']) socket.once(end, (error) => parentPort.postMessage(answer || String(error)));
  socket.write(post + 'Content-Type: application/json\\r\\n\\r\\n{"count":1}', () => {
    Atomics.store(isSent, 0, 1);
    Atomics.notify(isSent, 0);
  });
`;
const post = 'POST /orders HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n';

describe('GracefulShutdown', () => {
  const sockets: Socket[] = [];

  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });

  async function openConnection(app: TestHttpApp, bytes: string): Promise<Socket> {
    await app.server.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    sockets.push(socket);
    await once(app.server.server, 'connection');
    socket.write(bytes);
    return socket;
  }

  /** Sends the bytes. Resolves when the server has read the headers of the request. */
  async function openRequest(app: TestHttpApp, bytes: string): Promise<Socket> {
    const socket = await openConnection(app, bytes);
    await once(app.server.server, 'request');
    return socket;
  }

  it('waits for a request that still arrives', async () => {
    const app = await startTestHttpApp();
    const socket = await openRequest(app, `${post}Content-Type: application/json\r\n\r\n{`);
    const closed = app.close();
    await waitFor(() => !app.server.server.listening);
    socket.write('"count":1}');
    expect(await text(socket)).toContain('HTTP/1.1 201 ');
    await closed;
    expect(app.responses).toHaveLength(1);
  });

  it.each([
    ['its body', `${post}Content-Type: application/json\r\n\r\n{`, ''],
    [
      'its body, after the headers were answered',
      `${post}Content-Type: text/plain\r\n\r\n{`,
      'HTTP/1.1 415 ',
    ],
    ['its headers', post, ''],
    ['the whole request', '', ''],
  ])('aborts a request that does not arrive in time: %s', async (_what, bytes, answer) => {
    const app = await startTestHttpApp({ requestTimeoutMs: 1_000 });
    const socket = await openConnection(app, bytes);
    await waitFor(() => socket.bytesRead > 0 === answer.length > 0);
    await app.close();
    const received = await text(socket).catch(() => '');
    expect(received.startsWith(answer) && (answer !== '' || received === '')).toBe(true);
  });

  it('answers a request that follows its connection after the server has stopped listening', async () => {
    const app = await startTestHttpApp();
    const socket = await openConnection(app, '');
    const closed = app.close();
    await waitFor(() => !app.server.server.listening);
    await pause(100);
    socket.write(`${post}Content-Type: application/json\r\n\r\n{"count":1}`);
    expect(await text(socket).catch(() => '')).toContain('HTTP/1.1 201 ');
    await closed;
  });

  it('answers a request whose connection was not accepted yet when the server closes', async () => {
    const app = await startTestHttpApp();
    await app.server.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.server.address() as AddressInfo;
    const isSent = new Int32Array(new SharedArrayBuffer(4));
    const client = new Worker(clientSource, { eval: true, workerData: { port, isSent, post } });
    const response = once(client, 'message');
    // This thread accepts nothing while it waits; the kernel has the connection and the request meanwhile.
    Atomics.wait(isSent, 0, 0);
    const closed = app.close();
    expect((await response)[0]).toContain('HTTP/1.1 201 ');
    await closed;
  });

  describe('GracefulShutdown behind a load balancer that repeats reads', () => {
    const balanced = 'Host: x\r\nAttune-Load-Balancer: repeats-reads\r\n';

    /** What a client gets whose request arrives while the replica leaves. */
    async function answerWhileLeaving(bytes: string): Promise<string> {
      let isDraining = false;
      const app = await startTestHttpApp({ isDraining: () => isDraining });
      isDraining = true;
      const first = await openConnection(app, `GET /orders HTTP/1.1\r\n${balanced}\r\n`);
      expect(await text(first)).toContain('HTTP/1.1 200 ');
      const closed = app.close();
      const socket = connect((app.server.server.address() as AddressInfo).port, '127.0.0.1');
      sockets.push(socket);
      socket.write(bytes);
      const answer = await text(socket).catch(() => '');
      await closed;
      return answer;
    }

    it('the server listens until it has broken as many reads as make the load balancer leave it', async () => {
      let isDraining = false;
      const app = await startTestHttpApp({ isDraining: () => isDraining });
      isDraining = true;
      const read = `GET /orders HTTP/1.1\r\n${balanced}\r\n`;
      await text(await openConnection(app, read));
      const closed = app.close();
      const { port } = app.server.server.address() as AddressInfo;
      // Longer than a second in all: without the reads, the listener would be closed by then.
      for (const pauseMs of [1_200, 1_200]) {
        await pause(pauseMs);
        expect(app.server.server.listening).toBe(true);
        const socket = connect(port, '127.0.0.1');
        sockets.push(socket);
        socket.write(read);
        expect(await text(socket).catch(() => '')).toBe('');
      }
      await closed;
    });

    it('a change is answered that the load balancer sends before it has seen that it shall leave', async () => {
      let isDraining = false;
      // While the replica leaves, no time runs for requests that do not arrive.
      const app = await startTestHttpApp({ isDraining: () => isDraining, requestTimeoutMs: 1_000 });
      // The connection outlives the answer, as that of a long answer that began before the drain.
      const kept = await openRequest(app, `GET /orders HTTP/1.1\r\n${balanced}\r\n`);
      await once(kept, 'data');
      isDraining = true;
      const read = `GET /orders HTTP/1.1\r\n${balanced}\r\n`;
      const { port } = app.server.server.address() as AddressInfo;
      const openRead = (): Socket => {
        const socket = connect(port, '127.0.0.1');
        sockets.push(socket);
        socket.write(read);
        return socket;
      };
      await text(openRead());
      const closed = app.close();
      await pause(1_200);
      await Promise.all([openRead(), openRead()].map((socket) => text(socket).catch(() => '')));
      await pause(100);
      kept.write(
        `POST /orders HTTP/1.1\r\n${balanced}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
      );
      expect(await text(kept).catch(() => '')).toContain('HTTP/1.1 201 ');
      await closed;
    });

    it('the server breaks the connection of a read', async () => {
      expect(await answerWhileLeaving(`GET /orders HTTP/1.1\r\n${balanced}\r\n`)).toBe('');
    });

    it.each([
      [
        'a change',
        `POST /orders HTTP/1.1\r\n${balanced}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
      ],
      ['a read of somebody else', 'GET /orders HTTP/1.1\r\nHost: x\r\n\r\n'],
    ])('the server answers %s', async (_what, bytes) => {
      expect(await answerWhileLeaving(bytes)).toMatch(/^HTTP\/1.1 20/);
    });
  });

  it('waits at most four seconds for a client that does not read a response written during the shutdown', async () => {
    const app = await startTestHttpApp();
    const requestCount = app.pendingSlowRequests.length;
    const socket = await openRequest(app, 'GET /slow/large HTTP/1.1\r\nHost: x\r\n\r\n');
    socket.pause();
    await waitFor(() => app.pendingSlowRequests.length > requestCount);
    const closed = app.close();
    await waitFor(() => !app.server.server.listening);
    app.pendingSlowRequests.at(-1)!();
    await closed;
    const received = await text(socket);
    expect(received.length).toBeLessThan(largeBodyBytes);
  });
});
