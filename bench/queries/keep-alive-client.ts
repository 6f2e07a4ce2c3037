import { Agent, type IncomingMessage, request } from 'node:http';

/** A POST request with several bodies, used in turn. */
export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodies: readonly string[];
  /** A correct response contains this text. */
  readonly expected: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly body: string;
}

/** How often each was sent. The next client goes on with the next body, so that no round repeats the questions of the round before. */
const sentCounts = new WeakMap<PostRequest, number>();

/** Sends requests over keep-alive connections; all contestants use it. */
export class KeepAliveClient {
  private readonly agent: Agent;

  constructor(maxConnections: number) {
    this.agent = new Agent({ keepAlive: true, maxSockets: maxConnections, maxFreeSockets: maxConnections });
  }

  /** Rejects if the connection breaks, and with an `AbortError` if `signal` aborts first. */
  post(post: PostRequest, signal?: AbortSignal): Promise<HttpResponse> {
    const { url, headers } = post;
    const body = nextBody(post);
    const content = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const { agent } = this;
    const options = { method: 'POST', agent, headers: { ...headers, ...content }, ...(signal && { signal }) };
    return new Promise((resolve, reject) => {
      const outgoing = request(url, options);
      outgoing.once('error', reject);
      outgoing.once('response', (response) => readResponse(response).then(resolve, reject));
      outgoing.end(body);
    });
  }

  /** Closes every connection at once. */
  close(): void {
    this.agent.destroy();
  }
}

function nextBody(post: PostRequest): string {
  const count = (sentCounts.get(post) ?? 0) + 1;
  sentCounts.set(post, count);
  return post.bodies[count % post.bodies.length]!;
}

async function readResponse(response: IncomingMessage): Promise<HttpResponse> {
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  return { status: response.statusCode!, body: Buffer.concat(pieces).toString() };
}
