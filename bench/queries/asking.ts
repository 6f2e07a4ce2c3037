import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';

/** A POST, whose bodies take turns. */
export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodies: readonly string[];
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Asks over connections that are kept alive; the same for all contestants. */
export class Asker {
  private readonly agent: Agent;
  private asked = 0;

  constructor(mostConnections: number) {
    this.agent = new Agent({ keepAlive: true, maxSockets: mostConnections, maxFreeSockets: mostConnections });
  }

  /** Rejects when the connection breaks, and when `close` comes first. */
  ask({ url, headers, bodies }: Post): Promise<Answer> {
    const body = bodies[(this.asked += 1) % bodies.length]!;
    const length = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const asking = request(url, { method: 'POST', agent: this.agent, headers: { ...headers, ...length } });
      asking.once('error', reject);
      asking.once('response', (response) => gather(response).then(resolve, reject));
      asking.end(body);
    });
  }

  /** Breaks every connection. */
  close(): void {
    this.agent.destroy();
  }
}

async function gather(response: IncomingMessage): Promise<Answer> {
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  return { status: response.statusCode!, body: Buffer.concat(pieces).toString() };
}
