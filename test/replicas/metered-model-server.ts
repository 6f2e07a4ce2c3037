import { type IncomingMessage, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface CompletionRequest {
  readonly messages: { readonly content: string }[];
  readonly max_tokens: number;
}

/** What is reserved for a query whose only model may be asked three times: bytes and what frames them, and the longest answer. */
const maxAttempts = 3;
const framingBytes = 16;

/**
 * A model's server whose answers cost exactly what was reserved for the query, to the last token. While it is shut it takes requests and
 * answers none.
 */
export class MeteredModelServer {
  requestCount = 0;
  /** Of every ten requests, so many are refused. */
  failuresPerTen = 0;
  private released = Promise.withResolvers<void>();

  private constructor(private readonly server = createServer()) {}

  static async start(): Promise<MeteredModelServer> {
    const model = new MeteredModelServer();
    model.server.on('request', (request: IncomingMessage, response) => {
      void model.respond(request).then((answer) => {
        const status = answer === null ? 400 : 200;
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? {}));
      });
    });
    await new Promise<void>((resolve) => model.server.listen(0, '127.0.0.1', resolve));
    model.releaseResponses();
    return model;
  }

  /** The body of its `PUT /v1/platform/models/{id}`. */
  get catalogueEntry(): object {
    return {
      provider: 'openai-compatible',
      tier: 'economy',
      base_url: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`,
      api_key_env: null,
      context_window: 8192,
      max_output_tokens: 4096,
      temperature: { min: 0, max: 2 },
      input_usd_per_mtok: 100,
      output_usd_per_mtok: 200,
    };
  }

  holdResponses(): void {
    this.requestCount = 0;
    this.released = Promise.withResolvers<void>();
  }

  releaseResponses(): void {
    this.released.resolve();
  }

  async stop(): Promise<void> {
    this.releaseResponses();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async respond(request: IncomingMessage): Promise<object | null> {
    const { messages, max_tokens: maxTokens } = (await json(request)) as CompletionRequest;
    const requestNumber = (this.requestCount += 1);
    await this.released.promise;
    if (requestNumber % 10 < this.failuresPerTen) return null;
    const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
    const usage = {
      prompt_tokens: maxAttempts * (bytes + framingBytes),
      completion_tokens: maxAttempts * maxTokens,
    };
    const message = { role: 'assistant', content: 'On the first.' };
    return { object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'stop' }], usage };
  }
}
