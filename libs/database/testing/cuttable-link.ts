import { type AddressInfo, type Socket, connect, createServer } from 'node:net';

/** A way to a server that can be cut and mended, as when the server goes and comes back. */
export class CuttableLink {
  private readonly sockets = new Set<Socket>();
  private isCut = false;

  private constructor(
    private readonly target: URL,
    private readonly server = createServer((socket) => this.join(socket)),
  ) {}

  static async to(url: string): Promise<CuttableLink> {
    const link = new CuttableLink(new URL(url));
    await new Promise<void>((resolve) => link.server.listen(0, '127.0.0.1', resolve));
    return link;
  }

  /** The server's address by way of this link. */
  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return Object.assign(new URL(this.target), { host: `127.0.0.1:${port}` }).href;
  }

  /** Ends every connection and refuses new ones. */
  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  mend(): void {
    this.isCut = false;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(socket: Socket): void {
    if (this.isCut) return void socket.destroy();
    const { hostname, port } = this.target;
    const other = connect(Number(port), hostname);
    for (const [one, peer] of [
      [socket, other],
      [other, socket],
    ] as const) {
      this.sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        this.sockets.delete(one);
        peer.destroy();
      });
      one.pipe(peer);
    }
  }
}
