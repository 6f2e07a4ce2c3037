import { LLMock, type Fixture } from '@copilotkit/aimock';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the service answers requests for one model. */
export type UpstreamBehaviour = Pick<Fixture, 'response'> & Partial<Fixture>;

/** Answers with this text and these token counts, in both protocols. */
export function answersWith(content: string, input: number, output: number): UpstreamBehaviour {
  const usage = {
    prompt_tokens: input,
    completion_tokens: output,
    input_tokens: input,
    output_tokens: output,
  };
  return { response: { content, usage } };
}

/** Answers with an error status. */
export function failsWith(
  status: number,
  { retryAfter, ...error }: { message?: string; type?: string; code?: string; retryAfter?: number } = {},
): UpstreamBehaviour {
  const head = { status, ...(retryAfter !== undefined && { retryAfter }) };
  return { response: { ...head, error: { message: `status ${status}`, ...error } } };
}

export const sendsBrokenJson: UpstreamBehaviour = { response: { content: '' }, chaos: { malformedRate: 1 } };
export const closesConnection: UpstreamBehaviour = {
  response: { content: '' },
  chaos: { disconnectRate: 1 },
};
export const neverResponds: UpstreamBehaviour = { response: () => new Promise(() => undefined) };

/** A local server with the protocols of OpenAI and Anthropic. A test sets the behaviour of each model. */
export class MockUpstream {
  private constructor(private readonly mock: LLMock) {}

  static async start(): Promise<MockUpstream> {
    const mock = new LLMock({ port: 0 });
    await mock.start();
    return new MockUpstream(mock);
  }

  get openaiBaseUrl(): string {
    return `${this.mock.url}/v1`;
  }

  get anthropicBaseUrl(): string {
    return this.mock.url;
  }

  setBehaviour(id: string, behaviour: UpstreamBehaviour): void {
    this.mock.prependFixture({ ...behaviour, match: { model: new RegExp(`^${id}$`) } });
  }

  /** Bodies of all requests since the start or the last `reset`. */
  requests(): Record<string, unknown>[] {
    return this.mock.getRequests().map(({ body }) => body as unknown as Record<string, unknown>);
  }

  headers(): Record<string, string>[] {
    return this.mock.getRequests().map(({ headers }) => headers);
  }

  reset(): void {
    this.mock.clearFixtures();
    this.mock.clearRequests();
  }

  stop(): Promise<void> {
    return this.mock.stop();
  }
}

/** An address that refuses connections. */
export async function unreachableAddress(): Promise<string> {
  const { address, stop } = await startFixedResponseServer('');
  await stop();
  return address;
}

/** A server that always answers 200 with this body as JSON. */
export async function startFixedResponseServer(
  body: string,
): Promise<{ address: string; stop(): Promise<void> }> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', connection: 'close' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  return { address: `http://127.0.0.1:${port}`, stop };
}
