import { type Socket, connect } from 'node:net';
import { once } from 'node:events';
import { waitFor } from '#testing';

/** A connection on which a test sends bytes as they are and reads what the server answers. */
export class RawRequest {
  private received = '';

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => (this.received += chunk.toString('latin1')));
    socket.on('error', () => undefined);
  }

  static async open(port: number): Promise<RawRequest> {
    const socket = connect({ port, host: '127.0.0.1' });
    await once(socket, 'connect');
    return new RawRequest(socket);
  }

  /** Resolves when the bytes are with the operating system, or the connection has ended. */
  async send(bytes: string | Buffer): Promise<this> {
    await new Promise((resolve) => this.socket.write(bytes, resolve));
    return this;
  }

  /** The status of the first answer. It fails if none arrives within ten seconds. */
  async status(): Promise<number> {
    const findStatus = (): string | undefined => /^HTTP\/1\.1 (\d{3})[^]*\r\n\r\n/.exec(this.received)?.[1];
    return Number(await waitFor(findStatus, { timeoutMs: 10_000, what: 'the head of an answer' }));
  }

  get text(): string {
    return this.received;
  }

  close(): void {
    this.socket.destroy();
  }
}

/** The head of a POST with a JSON body of that many bytes. */
export function jsonHead(path: string, contentLength: number, headers: readonly string[] = []): string {
  const lines = [
    `POST ${path} HTTP/1.1`,
    'Host: test',
    'Content-Type: application/json',
    `Content-Length: ${contentLength}`,
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}
