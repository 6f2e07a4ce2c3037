import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { PassThrough, Transform } from 'node:stream';

/** A TCP link to a server that can be cut, delayed, or left half open: no byte passes and nobody is told. */
export class LinkProxy {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private state: 'up' | 'cut' | 'half-open' = 'up';
  private delayMs = 0;

  private constructor(private readonly target: URL) {
    this.server = createServer((near) => this.accept(near));
  }

  static async to(url: string): Promise<LinkProxy> {
    const proxy = new LinkProxy(new URL(url));
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** The server's URL by way of this link. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return url.href;
  }

  /** Closes every connection and every new one at once. */
  cut(): void {
    this.state = 'cut';
    this.sockets.forEach((socket) => socket.destroy());
  }

  /** Lets new connections through; those that were left half open stay so. */
  restore(): void {
    this.state = 'up';
  }

  leaveHalfOpen(): void {
    this.state = 'half-open';
    this.sockets.forEach((socket) => socket.unpipe().pause());
  }

  /** Every byte of new connections comes so much later, each way. */
  delay(ms: number): void {
    this.delayMs = ms;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(near: Socket): void {
    this.keep(near);
    if (this.state === 'cut') return void near.destroy();
    if (this.state === 'half-open') return;
    const far = connect({ host: this.target.hostname, port: Number(this.target.port) });
    this.keep(far);
    near.pipe(this.passage()).pipe(far).pipe(this.passage()).pipe(near);
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
  }

  private passage(): Transform {
    const { delayMs } = this;
    if (delayMs === 0) return new PassThrough();
    return new Transform({
      transform(chunk, _encoding, done) {
        setTimeout(() => this.push(chunk), delayMs);
        done();
      },
      flush: (done) => void setTimeout(done, delayMs),
    });
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.sockets.delete(socket));
  }
}
