import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { waitFor } from '../wait-for.js';
import { FaultProxy } from './fault-proxy.js';

let echo: Server;
let serverSockets: Socket[];
let proxy: FaultProxy;
let clients: TestSocketClient[];

/** One connection by way of the proxy, with all that came back. */
class TestSocketClient {
  received = '';
  readonly ends: string[] = [];
  readonly socket = connect({ port: proxy.port, host: '127.0.0.1' });

  constructor() {
    clients.push(this);
    this.socket.on('data', (bytes: Buffer) => (this.received += bytes.toString()));
    this.socket.on('error', (error: NodeJS.ErrnoException) => this.ends.push(error.code ?? error.message));
    this.socket.on('end', () => this.ends.push('end'));
  }

  say(text: string): this {
    this.socket.write(text);
    return this;
  }

  async hears(text: string): Promise<void> {
    await waitFor(() => this.received === text, { what: `${JSON.stringify(text)} is heard` });
  }
}

beforeEach(async () => {
  serverSockets = [];
  clients = [];
  echo = createServer({ allowHalfOpen: true }, (socket) => {
    serverSockets.push(socket);
    socket.on('error', () => undefined).pipe(socket);
  });
  await once(echo.listen(0, '127.0.0.1'), 'listening');
  proxy = await FaultProxy.forTarget(
    `tcp://user:word@127.0.0.1:${(echo.address() as AddressInfo).port}/path`,
  );
});
afterEach(async () => {
  clients.forEach(({ socket }) => socket.destroy());
  await proxy.close();
  serverSockets.forEach((socket) => socket.destroy());
  echo.close();
});

describe('FaultProxy', () => {
  it('passes bytes and ends of connections on, and keeps the rest of the URL', async () => {
    expect(proxy.url).toBe(`tcp://user:word@127.0.0.1:${proxy.port}/path`);
    const client = new TestSocketClient().say('one');
    await client.hears('one');
    client.socket.end('two');
    await client.hears('onetwo');
    await waitFor(() => client.ends.length > 0);
    expect(client.ends).toEqual(['end']);
    await waitFor(() => proxy.connectionCount === 0);
  });

  it('passes more bytes than any buffer holds, unchanged', async () => {
    const text = 'abcdefgh'.repeat(1 << 20);
    const client = new TestSocketClient().say(text);
    await waitFor(() => client.received.length === text.length);
    expect(client.received === text).toBe(true);
  });

  it('cut ends the open connections and refuses new ones until restore', async () => {
    const before = new TestSocketClient().say('one');
    await before.hears('one');
    proxy.cut();
    await waitFor(() => before.ends.length > 0);
    const meanwhile = new TestSocketClient().say('two');
    await waitFor(() => meanwhile.ends.length > 0);
    expect([before.ends, meanwhile.ends, meanwhile.received]).toEqual([['ECONNRESET'], ['ECONNREFUSED'], '']);
    await waitFor(() => serverSockets[0]?.destroyed);
    await proxy.restore();
    await new TestSocketClient().say('three').hears('three');
  });

  it('can refuse new connections and keep the open ones', async () => {
    const before = new TestSocketClient().say('one');
    await before.hears('one');
    proxy.refuseConnections();
    const meanwhile = new TestSocketClient();
    await waitFor(() => meanwhile.ends.length > 0);
    expect(meanwhile.ends).toEqual(['ECONNREFUSED']);
    await before.say('two').hears('onetwo');
    await proxy.restore();
    await new TestSocketClient().say('three').hears('three');
  });

  it('restores itself after a cut of limited duration', async () => {
    const before = new TestSocketClient();
    await once(before.socket, 'connect');
    await proxy.cutFor(1);
    await new TestSocketClient().say('one').hears('one');
    expect(before.ends).toEqual(['ECONNRESET']);
  });

  it('freeze holds bytes without closing a connection, and restore passes all of them on', async () => {
    const before = new TestSocketClient().say('one');
    await before.hears('one');
    proxy.freeze();
    before.say('two');
    const meanwhile = new TestSocketClient().say('three');
    await once(meanwhile.socket, 'connect');
    const leaving = new TestSocketClient();
    await once(leaving.socket, 'connect');
    leaving.socket.resetAndDestroy();
    await waitFor(() => serverSockets.length === 3);
    expect([before.received, meanwhile.received, before.ends, meanwhile.ends]).toEqual(['one', '', [], []]);
    expect(serverSockets.map(({ readableEnded, destroyed }) => readableEnded || destroyed)).toEqual(
      Array(3).fill(false),
    );
    await proxy.restore();
    await before.hears('onetwo');
    await meanwhile.hears('three');
    await waitFor(() => serverSockets.filter(({ destroyed }) => destroyed).length === 1);
  });

  it('leaves abandoned connections silent for ever, and serves new ones', async () => {
    const before = new TestSocketClient().say('one');
    await before.hears('one');
    proxy.abandonConnections();
    before.say('two');
    await new TestSocketClient().say('three').hears('three');
    await proxy.restore();
    await new TestSocketClient().say('four').hears('four');
    expect([before.received, before.ends]).toEqual(['one', []]);
  });

  it('delays bytes in both directions without changing their order', async () => {
    proxy.delay(30);
    const startedAt = performance.now();
    const client = new TestSocketClient().say('a').say('b').say('c');
    await client.hears('abc');
    // A delay is a lower bound by nature, whatever else the machine does.
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(60);
    await proxy.restore();
    await client.say('d').hears('abcd');
  });

  it('resets open connections and accepts new ones', async () => {
    const before = new TestSocketClient().say('one');
    await before.hears('one');
    proxy.resetConnections();
    await waitFor(() => before.ends.length > 0);
    expect(before.ends).toEqual(['ECONNRESET']);
    await new TestSocketClient().say('two').hears('two');
  });

  it('redirectTo resets open connections and leads new ones to another server', async () => {
    const before = new TestSocketClient().say('one');
    await before.hears('one');
    const other = createServer((socket) => socket.end('other'));
    await once(other.listen(0, '127.0.0.1'), 'listening');
    proxy.redirectTo(`tcp://127.0.0.1:${(other.address() as AddressInfo).port}`);
    await waitFor(() => before.ends.length > 0);
    await new TestSocketClient().hears('other');
    expect(before.ends).toEqual(['ECONNRESET']);
    other.close();
  });

  it('ends a connection when the server behind it does not exist', async () => {
    const nowhere = await FaultProxy.forTarget('tcp://127.0.0.1:1');
    const socket = connect({ port: nowhere.port, host: '127.0.0.1' }).on('error', () => undefined);
    await once(socket, 'close');
    await nowhere.close();
    expect(nowhere.connectionCount).toBe(0);
  });

  it('shows the bytes that are sent, and holds the response for the observer', async () => {
    const seen: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = proxy.watch((bytes) => {
      seen.push(bytes.toString());
      if (bytes.includes('hold')) return promise;
    });
    const client = new TestSocketClient().say('hold');
    await waitFor(() => seen.length === 1);
    await new TestSocketClient().say('other').hears('other');
    expect([client.received, seen]).toEqual(['', ['hold', 'other']]);
    resolve();
    await client.hears('hold');
    stop();
    await client.say('!').hears('hold!');
    expect(seen).toHaveLength(2);
  });
});
