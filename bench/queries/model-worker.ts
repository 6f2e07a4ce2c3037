import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';
import { serveWorker } from '../worker.js';
import { Corpus } from './corpus.js';

/** Number of prepared vectors; the hash of a text selects one. */
const vectorCount = 256;
const answer = 'You may give it back within fourteen days, as the first of the documents says [1].';
const usage = { prompt_tokens: 800, completion_tokens: 100, total_tokens: 900 };

const completion = Buffer.from(
  JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'gpt-3.5-turbo',
    choices: [{ index: 0, message: { role: 'assistant', content: answer }, finish_reason: 'stop' }],
    usage,
  }),
);

const words = answer.split(/(?<= )/);
const wordIntervalMs = 20;

/**
 * The process of `ModelServer`: answers chat completions and embeddings in OpenAI's format, as cheaply as possible. Every
 * completion is the same, after a configurable delay, whole or word by word; the last request is stored without being parsed.
 */
export function serveModel(): void {
  const model = new StubModel();
  serveWorker(
    {
      listen: (dimensions: number) => model.listen(dimensions),
      setDelayMs: (ms: number) => model.setDelayMs(ms),
      lastRequest: () => model.lastRequest(),
    },
    () => Promise.resolve(),
  );
}

class StubModel {
  private readonly server = createServer((request, response) => this.receive(request, response));
  private embeddings: string[] = [];
  private lastBody: readonly Buffer[] = [];
  private delayMs = 0;

  async listen(dimensions: number): Promise<string> {
    const random = new Corpus(1);
    this.embeddings = Array.from({ length: vectorCount }, () => serialisedVector(random, dimensions));
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  setDelayMs(ms: number): void {
    this.delayMs = ms;
  }

  lastRequest(): string {
    return Buffer.concat(this.lastBody).toString();
  }

  private receive(request: IncomingMessage, response: ServerResponse): void {
    const body: Buffer[] = [];
    request.on('data', (bytes: Buffer) => body.push(bytes));
    request.on('end', () => {
      if (request.url === '/v1/embeddings') send(response, this.embed(Buffer.concat(body).toString()));
      else this.complete(body, response);
    });
  }

  private complete(body: readonly Buffer[], response: ServerResponse): void {
    this.lastBody = body;
    const isStreamed = Buffer.concat(body).includes('"stream":true');
    const respond = (): void => (isStreamed ? sendWords(response) : send(response, completion));
    if (this.delayMs === 0) respond();
    else setTimeout(respond, this.delayMs);
  }

  private embed(body: string): string {
    const { input } = JSON.parse(body) as { input: string | string[] };
    const data = [input].flat().map((text, index) => {
      const embedding = this.embeddings[crc32(text) % vectorCount]!;
      return `{"object":"embedding","index":${index},"embedding":${embedding}}`;
    });
    return `{"object":"list","model":"bench","data":[${data.join(',')}],"usage":{"prompt_tokens":8,"total_tokens":8}}`;
  }
}

function serialisedVector(random: Corpus, dimensions: number): string {
  return JSON.stringify(
    Array.from({ length: dimensions }, () => Number(((random.random() - 0.5) / 10).toFixed(8))),
  );
}

function send(response: ServerResponse, body: string | Buffer): void {
  response
    .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    .end(body);
}

function sendWords(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const pending = words.map((content) => chunkOf({ choices: [{ index: 0, delta: { content } }] }));
  const end = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
  pending.push(`${chunkOf(end)}${chunkOf({ choices: [], usage })}data: [DONE]\n\n`);
  const timer = setInterval(() => {
    response.write(pending.shift()!);
    if (pending.length > 0) return;
    clearInterval(timer);
    response.end();
  }, wordIntervalMs);
  response.once('close', () => clearInterval(timer));
}

function chunkOf(members: object): string {
  const chunk = { id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1_700_000_000, ...members };
  return `data: ${JSON.stringify({ model: 'gpt-3.5-turbo', ...chunk })}\n\n`;
}
