import { once } from 'node:events';
import { type Server, type Socket, connect, createServer, isIPv6 } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../servers/free-port.js';
import { waitFor } from '../wait-for.js';
import { type LinkConditions, ThrottledPipe } from './throttled-pipe.js';

/**
 * Sees the bytes that a connection sends to the server. If it returns a promise, the response waits for it.
 */
type TrafficWatcher = (bytes: Buffer, connection: number) => void | Promise<void>;

/** A client's connection and the proxy's connection to the server. */
interface ProxiedConnection {
  readonly clientSocket: Socket;
  readonly serverSocket: Socket;
  readonly pipes: readonly ThrottledPipe[];
}

/**
 * A TCP link to a server that fails only on command. Faults add up until `restore`.
 *
 * ```ts
 * const link = await FaultProxy.forTarget(testRedisUrl());
 * const replica = await startReplica({ env: { REDIS_URL: link.url } });
 * link.freeze();
 * ```
 */
export class FaultProxy {
  private readonly server: Server;
  private readonly connections = new Set<ProxiedConnection>();
  private readonly watchers = new Set<TrafficWatcher>();
  private conditions: LinkConditions = { isFrozen: false, delayMs: 0 };
  private acceptedCount = 0;

  private constructor(
    private target: URL,
    readonly port: number,
    private readonly host: string,
  ) {
    // A closed half is passed on like any byte, so each side must be able to live on without the other.
    this.server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => this.accept(near));
  }

  /** Listens on a free port of this host. `url` names the server, with its port. */
  static async forTarget(url: string, host = '127.0.0.1'): Promise<FaultProxy> {
    const proxy = new FaultProxy(new URL(url), await freePort(), host);
    await proxy.listen();
    return proxy;
  }

  /** The server's URL through this link. */
  get url(): string {
    const host = isIPv6(this.host) ? `[${this.host}]` : this.host;
    return Object.assign(new URL(this.target), { host: `${host}:${this.port}` }).href;
  }

  /** Leads new connections to another server, and resets those to the old one. */
  moveTo(url: string): void {
    this.target = new URL(url);
    this.resetConnections();
  }

  /** Number of connections, including frozen and abandoned ones. */
  get connectionCount(): number {
    return this.connections.size;
  }

  /** Refuses new connections; open ones continue. */
  refuseConnections(): void {
    this.server.close();
  }

  /** Resets every connection and refuses new ones. */
  cut(): void {
    this.refuseConnections();
    this.resetConnections();
  }

  /** Cuts the link for this time, then restores it and resolves. */
  async cutFor(ms: number): Promise<void> {
    this.cut();
    await pause(ms);
    await this.restore();
  }

  /** Half-open link: no byte passes in either direction, and new connections are accepted and stay silent. */
  freeze(): void {
    this.setConditions({ isFrozen: true });
  }

  /** Delays every byte in both directions, in order. */
  delay(ms: number): void {
    this.setConditions({ delayMs: ms });
  }

  /** Leaves the current connections half open for ever, as a router that forgot them; new ones work. */
  abandonConnections(): void {
    this.freeze();
    this.conditions = { isFrozen: false, delayMs: 0 };
  }

  /** Resets the current connections; new ones work. */
  resetConnections(): void {
    for (const { clientSocket: near, serverSocket: far } of this.connections)
      [near, far].forEach((socket) => socket.resetAndDestroy());
  }

  /** Resets the current connections; new ones go to this server, as after a change of its address. */
  redirectTo(url: string): void {
    this.target = new URL(url);
    this.resetConnections();
  }

  /** Ends all faults. Bytes held while frozen arrive, as after a network outage. */
  async restore(): Promise<void> {
    this.setConditions({ isFrozen: false, delayMs: 0 });
    if (!this.server.listening) await this.listen();
  }

  /** Calls `watcher` with the bytes of clients before they are passed on. Returns a function that removes the watcher. */
  watch(watcher: TrafficWatcher): () => void {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  }

  /** Closes every connection and stops listening. */
  async close(): Promise<void> {
    this.cut();
    await waitFor(() => this.connectionCount === 0);
  }

  private async listen(): Promise<void> {
    await once(this.server.listen(this.port, this.host), 'listening');
  }

  private setConditions(conditions: Partial<LinkConditions>): void {
    Object.assign(this.conditions, conditions);
    for (const { pipes: ways } of this.connections) ways.forEach((way) => way.flush());
  }

  private accept(clientSocket: Socket): void {
    clientSocket.on('error', () => undefined);
    const { hostname, port } = this.target;
    const serverSocket = connect({ host: hostname, port: Number(port), allowHalfOpen: true, noDelay: true });
    serverSocket.on('error', () => undefined);
    const number = (this.acceptedCount += 1);
    const toClient = new ThrottledPipe(serverSocket, clientSocket, this.conditions);
    const toServer = new ThrottledPipe(clientSocket, serverSocket, this.conditions, (bytes) =>
      this.notifyWatchers(bytes, number, toClient),
    );
    this.track({ clientSocket, serverSocket, pipes: [toServer, toClient] });
  }

  private notifyWatchers(bytes: Buffer, connection: number, toClient: ThrottledPipe): void {
    for (const watcher of this.watchers) {
      const heldUntil = watcher(bytes, connection);
      if (heldUntil) toClient.holdUntil(heldUntil);
    }
  }

  private track(connection: ProxiedConnection): void {
    this.connections.add(connection);
    const { clientSocket: near, serverSocket: far } = connection;
    const untrack = () => near.closed && far.closed && this.connections.delete(connection);
    [near, far].forEach((socket) => socket.once('close', untrack));
  }
}
