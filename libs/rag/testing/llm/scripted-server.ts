import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request to the server. The script answers it byte by byte. */
export interface ScriptedCall {
  readonly path: string;
  readonly body: Record<string, unknown>;
  readonly headers: IncomingHttpHeaders;
  readonly response: ServerResponse;
  /** Resolves when either side closes the connection. */
  readonly closed: Promise<unknown>;
}

export type Script = (call: ScriptedCall) => Promise<unknown> | void;

/** A model's service whose answers a test writes byte by byte, for cases that `MockUpstream` cannot express. */
export class ScriptedServer {
  readonly calls: ScriptedCall[] = [];
  private script: Script = () => undefined;
  private readonly server = createServer((request, response) => void this.answer(request, response));

  static async start(): Promise<ScriptedServer> {
    const scripted = new ScriptedServer();
    scripted.server.listen(0, '127.0.0.1');
    await once(scripted.server, 'listening');
    return scripted;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Answers every further request with this script, and forgets the recorded calls. */
  setScript(script: Script): void {
    this.script = script;
    this.calls.length = 0;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = (await request.toArray()).join('');
    const closed = once(response, 'close');
    const body = JSON.parse(text) as Record<string, unknown>;
    const call = { path: request.url ?? '', headers: request.headers, body, response, closed };
    this.calls.push(call);
    await this.script(call);
  }
}

/** The events of a provider's stream, as bytes. */
export interface StreamFormat {
  readonly begin: string;
  textEvent(text: string): string;
  /** Finish reason and token counts. */
  readonly finish: string;
  /** Finish reason without token counts. */
  readonly finishWithoutUsage: string;
  readonly terminal: string;
  error(type: string): string;
}

const event = (data: object, name?: string): string =>
  `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;
const choice = (delta: object, finish_reason: string | null): object => ({
  choices: [{ index: 0, delta, finish_reason }],
});
const anthropic = (type: string, rest: object): string => event({ type, ...rest }, type);
const stopped = { delta: { stop_reason: 'end_turn', stop_sequence: null } };

export const streamFormats: Readonly<Record<'openai' | 'anthropic', StreamFormat>> = {
  openai: {
    begin: event(choice({ role: 'assistant', content: '' }, null)),
    textEvent: (content) => event(choice({ content }, null)),
    finish:
      event(choice({}, 'stop')) +
      event({ choices: [], usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 } }),
    finishWithoutUsage: event(choice({}, 'stop')),
    terminal: 'data: [DONE]\n\n',
    error: (type) => event({ error: { type, message: 'It went wrong.' } }),
  },
  anthropic: {
    begin: anthropic('message_start', {
      message: { role: 'assistant', content: [], usage: { input_tokens: 100, output_tokens: 1 } },
    }),
    textEvent: (text) => anthropic('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
    finish: anthropic('message_delta', { ...stopped, usage: { output_tokens: 10 } }),
    finishWithoutUsage: anthropic('message_delta', stopped),
    terminal: anthropic('message_stop', {}),
    error: (type) => event({ type: 'error', error: { type, message: 'It went wrong.' } }, 'error'),
  },
};

/** Sends the headers of an event stream and these bytes, and does not end the answer. */
export async function streamWithoutEnd({ response }: ScriptedCall, ...bytes: string[]): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const some of bytes) {
    if (!response.write(some)) await once(response, 'drain');
  }
}

/** Sends these bytes as an event stream and ends the answer. */
export function streamAll(...bytes: string[]): Script {
  return async (call) => {
    await streamWithoutEnd(call, ...bytes);
    call.response.end();
  };
}

/** Answers with this status and JSON body. */
export function failWith(status: number, body: object, headers: Record<string, string> = {}): Script {
  return ({ response }) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}
