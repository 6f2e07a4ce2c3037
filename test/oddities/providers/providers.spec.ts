import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aGenerationRequest } from '../../../libs/rag/testing/llm/llm-builders.js';
import { type Script, ScriptedServer } from '../../../libs/rag/testing/llm/scripted-server.js';
import type { LlmProvider } from '../../../libs/rag/src/llm/llm-provider.js';
import { AnthropicProvider } from '../../../libs/rag/src/llm/providers/anthropic.provider.js';
import { OpenAiProvider } from '../../../libs/rag/src/llm/providers/openai.provider.js';
import { UpstreamFailure } from '../../../libs/rag/src/upstream/upstream-failure.js';

/** What a server sends. */
interface ServerReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A whole answer: JSON, or a text as it is. */
  readonly body?: unknown;
  /** The events of a stream: JSON after `data: `, or a text as it is. */
  readonly events?: readonly unknown[];
  /** Answers only requests whose body has none of these members; others get the next reply. */
  readonly unless?: readonly string[];
  /** Only requests for this path. */
  readonly path?: string;
}

interface Oddity {
  /** The servers that do it. */
  readonly seen: string;
  readonly protocol: 'openai' | 'openai-compatible' | 'anthropic';
  /** Default: `/v1`. */
  readonly base_path?: string;
  /** The first reply that fits a request answers it. */
  readonly whole?: readonly ServerReply[];
  readonly streamed?: readonly ServerReply[];
  /** How often the question is asked; the last answer counts. */
  readonly questions?: number;
  readonly expect: {
    /** Members of the answer, or of the failure. */
    readonly answer: Readonly<Record<string, unknown>>;
    /** What users see of a stream, if that is not the text of the answer. */
    readonly visible?: string;
    readonly deviations?: readonly string[];
    /** Requests that the last question made. */
    readonly requests?: number;
  };
}

type Mode = 'whole' | 'streamed';

const folder = import.meta.dirname;
const cases = globSync('**/*.json', { cwd: folder })
  .toSorted()
  .map((path) => [path, JSON.parse(readFileSync(join(folder, path), 'utf8')) as Oddity] as const);

let server: ScriptedServer;

beforeAll(async () => {
  server = await ScriptedServer.start();
});
afterAll(() => server.stop());

function connect({ protocol, base_path: basePath = '/v1' }: Oddity): LlmProvider {
  const endpoint = { baseUrl: `${server.url}${basePath}`, apiKey: 'a-key', fetch };
  if (protocol === 'anthropic') return new AnthropicProvider(endpoint);
  return new OpenAiProvider(endpoint, protocol === 'openai' ? 'max_completion_tokens' : 'max_tokens');
}

function replyWith(replies: readonly ServerReply[]): Script {
  return ({ body, path, response }) => {
    const reply = replies.find((one) => isReplyFor(one, body, path));
    if (reply === undefined)
      return void response.writeHead(599).end('No reply of this case fits the request.');
    const isStream = reply.events !== undefined;
    const type = isStream ? 'text/event-stream' : 'application/json';
    response.writeHead(reply.status ?? 200, { 'content-type': type, ...reply.headers });
    response.end(isStream ? reply.events.map(toEvent).join('') : toText(reply.body));
  };
}

function isReplyFor(
  { unless = [], path }: ServerReply,
  body: Record<string, unknown>,
  asked: string,
): boolean {
  return !unless.some((name) => name in body) && (path === undefined || path === asked);
}

const toText = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body));
const toEvent = (event: unknown): string =>
  typeof event === 'string' ? event : `data: ${JSON.stringify(event)}\n\n`;

async function ask(provider: LlmProvider, isStreamed: boolean): Promise<{ visible: string; end: object }> {
  const signal = AbortSignal.timeout(10_000);
  const request = aGenerationRequest({ model: 'm1' });
  let visible = '';
  try {
    if (!isStreamed) return { visible, end: await provider.generate(request, signal) };
    const stream = provider.stream(request, signal);
    for (;;) {
      const step = await stream.next();
      if (step.done) return { visible, end: step.value };
      if (step.value.kind === 'text') visible += step.value.text;
    }
  } catch (error) {
    if (error instanceof UpstreamFailure) return { visible, end: error };
    throw error;
  }
}

/** What comes of the last question. */
async function observe(oddity: Oddity, mode: Mode): Promise<object> {
  const provider = connect(oddity);
  let result = { visible: '', end: {} };
  for (let question = 0; question < (oddity.questions ?? 1); question += 1) {
    server.setScript(replyWith(oddity[mode]!));
    result = await ask(provider, mode === 'streamed');
  }
  return { ...result, requests: server.calls.length };
}

function expectationOf(
  { expect: { answer, deviations = [], visible, requests } }: Oddity,
  mode: Mode,
): object {
  return {
    end: 'kind' in answer ? answer : { ...answer, deviations },
    ...(mode === 'streamed' && { visible: visible ?? answer['text'] ?? '' }),
    ...(requests !== undefined && { requests }),
  };
}

const casesOf = (mode: Mode) => cases.filter(([, oddity]) => oddity[mode] !== undefined);

describe('LlmProvider with an odd server', () => {
  it.each(casesOf('whole'))('reads the whole answer as %s says', async (_path, oddity) => {
    expect(await observe(oddity, 'whole')).toMatchObject(expectationOf(oddity, 'whole'));
  });

  it.each(casesOf('streamed'))('reads the streamed answer as %s says', async (_path, oddity) => {
    expect(await observe(oddity, 'streamed')).toMatchObject(expectationOf(oddity, 'streamed'));
  });

  it('has more than fifty cases, and each names the servers that do it', () => {
    expect(cases.length).toBeGreaterThan(50);
    expect(cases.filter(([, { seen }]) => !seen)).toEqual([]);
  });
});
