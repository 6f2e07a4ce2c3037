import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

/** An HTTP server on loopback that records what it is asked. It also works as a proxy: it sends every request to itself. */
export class RecordingServer {
  /** `GET /path` of each request, `CONNECT host:port` of each tunnel. */
  readonly requests: string[] = [];
  private readonly server = createServer((request, response) => {
    this.requests.push(`${request.method} ${request.url}`);
    this.answer(request, response);
  });

  private constructor(private readonly answer: (request: IncomingMessage, response: ServerResponse) => void) {
    this.server.on('connect', ({ url = '' }: IncomingMessage, client) => {
      this.requests.push(`CONNECT ${url}`);
      const tunnel = connect(this.port, '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
      tunnel.on('error', () => client.destroy());
      client.on('error', () => tunnel.destroy());
      tunnel.pipe(client).pipe(tunnel);
    });
  }

  static async start(
    answer = (_request: IncomingMessage, response: ServerResponse): unknown => response.end('reached'),
    host = '127.0.0.1',
  ): Promise<RecordingServer> {
    const recording = new RecordingServer(answer);
    recording.server.listen(0, host);
    await once(recording.server, 'listening');
    return recording;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
