import { connect } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { waitFor } from '#testing';
import { EventConnection } from './event-connection.js';

let server: FastifyInstance;
let address: URL;
let connection: EventConnection | null;
let logged: string[];
let isClosed: boolean;

beforeEach(async () => {
  [connection, logged, isClosed] = [null, [], false];
  server = fastify();
  server.addHook('onResponse', async (request) => void logged.push(request.url));
  server.get('/', (_request, reply) => {
    void reply.header('x-request-id', 'one');
    connection = new EventConnection(reply, { 'x-more': 'two' });
    connection.onClose(() => (isClosed = true));
  });
  address = new URL(await server.listen({ port: 0, host: '127.0.0.1' }));
});
afterEach(async () => {
  server.server.closeAllConnections();
  await server.close();
});

describe('EventConnection', () => {
  it('sends the headers at once, those of the reply included', async () => {
    const { headers, status } = await fetch(address);
    expect([status, headers.get('x-request-id'), headers.get('x-more')]).toEqual([200, 'one', 'two']);
    expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(headers.get('x-accel-buffering')).toBe('no');
  });

  it('sends its events until it ends, and is then logged and closed', async () => {
    const response = await fetch(address);
    connection!.send(Buffer.from('data: 1\n\n'));
    connection!.end(Buffer.from('data: 2\n\n'));
    expect(await response.text()).toBe('data: 1\n\ndata: 2\n\n');
    await waitFor(() => isClosed && logged.length === 1);
  });

  it('sends a comment only after a time without an event', async () => {
    const response = await fetch(address);
    connection!.sendHeartbeat(60_000);
    connection!.sendHeartbeat(0);
    connection!.end();
    expect(await response.text()).toBe(':\n\n');
  });

  it('answers HEAD with the headers alone, so that the next request on the connection is answered', async () => {
    const client = connect(Number(address.port), address.hostname);
    let received = '';
    client.on('data', (bytes: Buffer) => (received += bytes.toString()));
    client.write('HEAD / HTTP/1.1\r\nHost: x\r\n\r\n');
    await waitFor(() => connection);
    connection!.send(Buffer.from('data: 1\n\n'));
    connection!.sendHeartbeat(0);
    await waitFor(() => isClosed);
    connection!.end(Buffer.from('data: 2\n\n'));
    client.write('GET /no-such-route HTTP/1.1\r\nHost: x\r\n\r\n');
    await waitFor(() => received.includes('HTTP/1.1 404'));
    expect(received).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(received).not.toContain('data:');
    client.destroy();
  });

  it('sends nothing after its end, and does not cut off what is still on its way', async () => {
    const response = await fetch(address);
    // More than the operating systems on both sides take at once.
    connection!.end(Buffer.alloc(16_000_000, 'x'));
    connection!.send(Buffer.from('data: 2\n\n'));
    expect(await response.text()).toHaveLength(16_000_000);
  });

  it('calls the listener when the client leaves', async () => {
    const client = connect(Number(address.port), address.hostname);
    client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await waitFor(() => connection);
    client.destroy();
    expect(await waitFor(() => isClosed)).toBe(true);
  });

  it('cuts off a client that does not read, and keeps a bounded number of bytes for it', async () => {
    const client = connect(Number(address.port), address.hostname);
    client.pause();
    client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await waitFor(() => connection);
    const events = Buffer.from(`data: ${'x'.repeat(1_000)}\n\n`);
    let sent = 0;
    while (connection!.send(events)) {
      sent += 1;
      if (sent > 20_000) throw new Error('The client was not cut off.');
      if (sent % 100 === 0) await new Promise(setImmediate);
    }
    await waitFor(() => isClosed);
    expect(sent).toBeGreaterThan(10);
    client.destroy();
  });

  it('cuts off a client that reads nothing between two comments', async () => {
    const client = connect(Number(address.port), address.hostname);
    client.pause();
    client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await waitFor(() => connection);
    // More than the operating systems on both sides take, in one write.
    connection!.send(Buffer.alloc(16_000_000, 'x'));
    await new Promise(setImmediate);
    expect(connection!.sendHeartbeat(0)).toBe(false);
    await waitFor(() => isClosed);
    client.destroy();
  });
});
