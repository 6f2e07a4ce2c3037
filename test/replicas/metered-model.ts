import { type IncomingMessage, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface Request {
  readonly messages: { readonly content: string }[];
  readonly max_tokens: number;
}

/** What is reserved for a query whose only model may be asked three times: bytes and what frames them, and the longest answer. */
const calls = 3;
const framing = 16;

/**
 * A model's server whose answers cost exactly what was reserved for the query, to the last token. While it is shut it takes requests and
 * answers none.
 */
export class MeteredModel {
  asked = 0;
  /** Of every ten requests, so many are refused. */
  failing = 0;
  private opened = Promise.withResolvers<void>();

  private constructor(private readonly server = createServer()) {}

  static async start(): Promise<MeteredModel> {
    const model = new MeteredModel();
    model.server.on('request', (request: IncomingMessage, response) => {
      void model.answer(request).then((answer) => {
        const status = answer === null ? 400 : 200;
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? {}));
      });
    });
    await new Promise<void>((resolve) => model.server.listen(0, '127.0.0.1', resolve));
    model.open();
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

  shut(): void {
    this.asked = 0;
    this.opened = Promise.withResolvers<void>();
  }

  open(): void {
    this.opened.resolve();
  }

  async stop(): Promise<void> {
    this.open();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage): Promise<object | null> {
    const { messages, max_tokens: most } = (await json(request)) as Request;
    const place = (this.asked += 1);
    await this.opened.promise;
    if (place % 10 < this.failing) return null;
    const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
    const usage = { prompt_tokens: calls * (bytes + framing), completion_tokens: calls * most };
    const message = { role: 'assistant', content: 'On the first.' };
    return { object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'stop' }], usage };
  }
}
