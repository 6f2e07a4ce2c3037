import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { WordEmbedder } from '../retrieval/word-embedder.js';

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** A limit of the server, and how it refuses what is above. */
interface Limit extends Answer {
  readonly above: number;
}

/** How the server differs from OpenAI's. */
export interface EmbeddingServerOddity {
  /** Default: `/v1/embeddings`. Every other path answers 404. */
  readonly path?: string;
  /** Any other key is refused with 401. */
  readonly key?: string;
  readonly texts?: Limit;
  /** Limit of the characters of one text. */
  readonly characters?: Limit;
  /** Body parameters that it refuses, with the answer. */
  readonly parameters?: { readonly names: readonly string[] } & Answer;
  /** The first requests get these answers; `close` breaks the connection, null means the usual answer. */
  readonly first?: readonly (Answer | 'close' | null)[];
  /** Every request gets this answer. */
  readonly always?: Answer;
  readonly msPerText?: number;
  /** The form of a vector. Default: `numbers`. */
  readonly form?:
    | 'numbers'
    | 'base64'
    | 'without index'
    | 'from one'
    | 'all zero'
    | 'reversed'
    | 'strings'
    | 'nested'
    | 'zeros';
  /** A route of another protocol. */
  readonly ownRoute?: { readonly path: string; readonly body: unknown };
  /** Sent with every answer. */
  readonly error?: unknown;
  /** It embeds only the first texts of a request, and says nothing. */
  readonly embedsOnly?: number;
}

export interface EmbeddingCall {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly input: readonly string[];
  readonly body: Record<string, unknown>;
  /** 0: not answered. */
  status: number;
}

function isAbove(limit: Limit | undefined, value: number): boolean {
  return limit !== undefined && value > limit.above;
}

const words = new WordEmbedder();
const openAiPath = '/v1/embeddings';

/** An embedding server with the oddity of a real one. Its vectors are those of `WordEmbedder`. */
export class OddEmbeddingServer {
  readonly calls: EmbeddingCall[] = [];
  /** `Retry-After` of the last answer: earlier requests are answered 429. */
  private closedUntil = 0;

  private constructor(
    private readonly server: Server,
    private readonly oddity: EmbeddingServerOddity,
  ) {}

  static async start(oddity: EmbeddingServerOddity = {}): Promise<OddEmbeddingServer> {
    const server = createServer();
    const odd = new OddEmbeddingServer(server, oddity);
    server.on('request', (request, response) => void odd.answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return odd;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private get path(): string {
    return this.oddity.path ?? openAiPath;
  }

  /** Texts that were embedded, with repeats. */
  get embeddedTexts(): string[] {
    return this.calls.filter(({ status }) => status === 200).flatMap(({ input }) => [...input]);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse((await request.toArray()).join('')) as Record<string, unknown>;
    const input = body['input'] as string[];
    const { authorization } = request.headers;
    const call: EmbeddingCall = { path: request.url!, authorization, input, body, status: 0 };
    const scripted = this.oddity.first?.[this.calls.length] ?? null;
    this.calls.push(call);
    const answer = scripted ?? this.refusalOf(call) ?? (await this.embed(input));
    if (answer === 'close') response.destroy();
    else this.send(response, call, answer);
  }

  private send(response: ServerResponse, call: EmbeddingCall, { status, headers, body }: Answer): void {
    call.status = status;
    this.closedUntil = performance.now() + 1000 * Number(headers?.['retry-after'] ?? 0);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}));
  }

  private refusalOf({ path, authorization, input, body }: EmbeddingCall): Answer | null {
    const { key, parameters, texts, characters, always = null, ownRoute } = this.oddity;
    const refusals: readonly [boolean, Answer | undefined][] = [
      [path === ownRoute?.path, { status: 200, body: ownRoute?.body }],
      [performance.now() < this.closedUntil, { status: 429 }],
      [path !== this.path, { status: 404 }],
      [key !== undefined && authorization !== `Bearer ${key}`, { status: 401 }],
      [parameters !== undefined && parameters.names.some((name) => name in body), parameters],
      [isAbove(texts, input.length), texts],
      [isAbove(characters, Math.max(...input.map(({ length }) => length))), characters],
    ];
    return refusals.find(([isRefused]) => isRefused)?.[1] ?? always;
  }

  private async embed(input: readonly string[]): Promise<Answer> {
    await setTimeout((this.oddity.msPerText ?? 0) * input.length, undefined, { ref: false });
    const vectors = await words.embed(input);
    const data = vectors.map((vector, index) => ({
      object: 'embedding',
      ...(this.oddity.form !== 'without index' && { index: this.toIndex(index) }),
      embedding: this.toForm(vector),
    }));
    const sent = this.oddity.form === 'reversed' ? data.toReversed() : data;
    const { error, embedsOnly } = this.oddity;
    return { status: 200, body: { object: 'list', data: sent.slice(0, embedsOnly), error } };
  }

  private toIndex(index: number): number {
    if (this.oddity.form === 'from one') return index + 1;
    return this.oddity.form === 'all zero' ? 0 : index;
  }

  private toForm(vector: Float32Array): unknown {
    if (this.oddity.form === 'base64') return Buffer.from(vector.buffer).toString('base64');
    if (this.oddity.form === 'nested') return [Array.from(vector)];
    if (this.oddity.form === 'zeros') return Array.from(vector, () => 0);
    return Array.from(vector, (value) => (this.oddity.form === 'strings' ? String(value) : 2 * value));
  }
}
