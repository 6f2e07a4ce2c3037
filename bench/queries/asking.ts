import { Agent, type IncomingMessage, request } from 'node:http';

/** A POST, whose bodies take turns. */
export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodies: readonly string[];
  /** What every answer has to hold that is as it should be. */
  readonly expected: string;
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

  /** Rejects when the connection breaks, and with an `AbortError` when `signal` comes first. */
  ask({ url, headers, bodies }: Post, signal?: AbortSignal): Promise<Answer> {
    const body = bodies[(this.asked += 1) % bodies.length]!;
    const content = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const { agent } = this;
    const options = { method: 'POST', agent, headers: { ...headers, ...content }, ...(signal && { signal }) };
    return new Promise((resolve, reject) => {
      const asking = request(url, options);
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
