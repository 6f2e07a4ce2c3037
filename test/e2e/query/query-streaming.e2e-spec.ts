import {
  type Script,
  ScriptedServer,
  failWith,
  streamWithoutEnd,
  streamAll,
  streamFormats,
} from '../../../libs/rag/testing/llm/scripted-server.js';
import { waitFor } from '#testing';
import { expectProblem } from '../../app/expect-problem.js';
import { type Problem, type TestTenant, createTenant, useTestApp } from '../../app/test-app.js';

interface QueryResponse extends Record<string, unknown> {
  readonly answer: string;
  readonly sources: { readonly doc_id: string }[];
  readonly attempts: { readonly model: string; readonly outcome: string }[];
}
interface ServerSentEvent {
  readonly event: string;
  readonly data: unknown;
}

const question = 'When is the rent due?';
const claude = 'claude-3-haiku-20240307';
const { openai, anthropic } = streamFormats;
const openAiAnswer = [
  openai.begin,
  openai.textEvent('On the '),
  openai.textEvent('first.'),
  openai.finish,
  openai.terminal,
];
const anthropicAnswer = [
  anthropic.begin,
  anthropic.textEvent('From the fallback.'),
  anthropic.finish,
  anthropic.terminal,
];

let gpt: ScriptedServer;
let haiku: ScriptedServer;
const app = useTestApp('tenant', async () => {
  [gpt, haiku] = await Promise.all([ScriptedServer.start(), ScriptedServer.start()]);
  return {
    OPENAI_API_KEY: 'a-key',
    OPENAI_BASE_URL: `${gpt.url}/v1`,
    ANTHROPIC_API_KEY: 'another-key',
    ANTHROPIC_BASE_URL: haiku.url,
    EMBEDDINGS: 'local',
    QUERY_DEADLINE_MS: '4000',
  };
});
let tenant: TestTenant;

beforeAll(async () => {
  tenant = await createTenant(app.platform, 'asker');
  const text = 'The rent is due on the first day of each month.';
  await tenant.admin.post('/v1/documents', { id: 'lease', title: 'Lease', text });
});
beforeEach(() => {
  gpt.setScript(streamAll(...openAiAnswer));
  haiku.setScript(streamAll(...anthropicAnswer));
});
afterAll(async () => {
  await Promise.all([gpt.stop(), haiku.stop()]);
});

/** Each test has a model of its own, so that no circuit breaker opens under another test. */
async function useModels(model_name: string, model_fallback: string, rest: object = {}): Promise<void> {
  const { status } = await tenant.admin.patch('/v1/config', { model_name, model_fallback, ...rest });
  expect(status).toBe(200);
}

function askQuestion<Body = string>(body: object = { question, stream: true }) {
  return tenant.member.post<Body>('/v1/query', body);
}

function parseEvents(body: string): ServerSentEvent[] {
  return body
    .split('\n\n')
    .filter((block) => block.startsWith('event: '))
    .map((block) => {
      const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(block)!;
      return { event: event!, data: JSON.parse(data!) as unknown };
    });
}

const namesOf = (events: ServerSentEvent[]): string[] => events.map(({ event }) => event);
const outcomesOf = (attempts: unknown): string[] =>
  (attempts as QueryResponse['attempts']).map(({ model, outcome }) => `${model} ${outcome}`);

describe('POST /v1/query with stream: true', () => {
  it('sends the sources, the text in pieces, and the same facts as the JSON response', async () => {
    await useModels('gpt-4', 'none');
    const { status, headers, body } = await askQuestion();
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(headers.get('attune-config-version')).toBe('2');
    expect(headers.get('attune-config-source')).toBe('live');
    const events = parseEvents(body);
    expect(namesOf(events)).toEqual(['sources', 'token', 'token', 'done']);
    const [sources, first, second, done] = events.map(({ data }) => data);
    expect([first, second]).toEqual([{ text: 'On the ' }, { text: 'first.' }]);
    expect(sources).toMatchObject([{ doc_id: 'lease', title: 'Lease', snippet: expect.any(String) }]);
    expect(done).toMatchObject({
      answer: 'On the first.',
      sources,
      model_requested: 'gpt-4',
      model_used: 'gpt-4',
      fallback_used: false,
      fallback_reason: null,
      attempts: [{ model: 'gpt-4', outcome: 'ok' }],
      sandbox: false,
      config_version: 2,
      config_applied: { temperature: 0.7, top_k: 5, alpha: 0.5, rerank: false, max_tokens: 1000 },
      usage: { prompt_tokens: 100, completion_tokens: 10, cost_usd: 0.0036 },
      degraded: [],
    });
    gpt.setScript(
      failWith(200, {
        choices: [{ message: { content: 'On the first.' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 100, completion_tokens: 10 },
      }),
    );
    const { body: whole } = await askQuestion<QueryResponse>({ question });
    expect(Object.keys(done as object)).toEqual(Object.keys(whole));
    const exact = { attempts: expect.anything(), timings_ms: expect.anything() };
    expect(done).toEqual({ ...whole, ...exact });
  });

  it('falls back before the first piece, and reports what differed from the configuration', async () => {
    await useModels('gpt-4o', claude, { temperature: 1.5 });
    gpt.setScript(failWith(503, { error: { message: 'overloaded' } }));
    const events = parseEvents((await askQuestion()).body);
    expect(namesOf(events)).toEqual(['sources', 'token', 'done']);
    const { attempts, ...done } = events[2]!.data as QueryResponse;
    expect(outcomesOf(attempts)).toEqual(['gpt-4o server_error', 'gpt-4o server_error', `${claude} ok`]);
    expect(done).toMatchObject({
      answer: 'From the fallback.',
      model_requested: 'gpt-4o',
      model_used: claude,
      fallback_used: true,
      fallback_reason: 'server_error',
      usage: { cost_usd: 0.0000375 },
      config_applied: { temperature: 1.5 },
      degraded: [{ stage: 'generate', reason: `temperature 1.5 lowered to 1, the maximum of ${claude}` }],
    });
    expect(haiku.calls[0]!.body).toMatchObject({ temperature: 1, stream: true });
  });

  const broken: [string, Script, string][] = [
    [
      'is reset',
      async (call) => {
        await streamWithoutEnd(call, ...openAiAnswer.slice(0, 2));
        setImmediate(() => call.response.destroy());
      },
      'connection',
    ],
    ['just stops', streamAll(...openAiAnswer.slice(0, 3)), 'connection'],
    ['brings an error', streamAll(...openAiAnswer.slice(0, 2), openai.error('server_error')), 'server_error'],
    ['turns to nonsense', streamAll(...openAiAnswer.slice(0, 2), 'data: {"cho\n\n'), 'malformed_answer'],
  ];

  it.each(broken)(
    'ends with an error event when the provider’s %s, and tries no other provider',
    async (_how, script, outcome) => {
      await useModels('gpt-4.1', claude);
      gpt.setScript(script);
      const { status, body } = await askQuestion();
      expect(status).toBe(200);
      const events = parseEvents(body);
      expect(namesOf(events).at(-1)).toBe('error');
      expect(namesOf(events)).not.toContain('done');
      const problem = events.at(-1)!.data as Problem;
      expect(problem).toMatchObject({ type: '/problems/upstream-failed', status: 502 });
      expect(outcomesOf(problem['attempts'])).toEqual([`gpt-4.1 ${outcome}`]);
      expect(haiku.calls).toEqual([]);
    },
  );

  it('ends with an error event when the deadline passes during the answer', async () => {
    await useModels('gpt-4-turbo-preview', 'none');
    gpt.setScript((call) => streamWithoutEnd(call, ...openAiAnswer.slice(0, 2)));
    const events = parseEvents((await askQuestion()).body);
    expect(namesOf(events)).toEqual(['sources', 'token', 'error']);
    expect(events[2]!.data).toMatchObject({ type: '/problems/upstream-timeout', status: 504 });
  });

  it('cancels the provider’s request when the client leaves', async () => {
    await useModels('gpt-4.1-mini', claude);
    gpt.setScript((call) => streamWithoutEnd(call, ...openAiAnswer.slice(0, 2)));
    const client = new AbortController();
    const { url } = app.replica;
    const response = await fetch(`${url}/v1/query`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tenant.adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ question, stream: true }),
      signal: client.signal,
    });
    const reader = response.body!.getReader();
    await reader.read();
    client.abort();
    await gpt.calls[0]!.closed;
    expect(haiku.calls).toEqual([]);
  });
});

describe('POST /v1/query that fails before the first event', () => {
  it.each([[true], [false]])('answers a problem with every attempt, with stream: %s', async (stream) => {
    await useModels('gpt-3.5-turbo-16k', claude);
    gpt.setScript(failWith(401, { error: { message: 'Incorrect API key: a-key' } }));
    haiku.setScript(failWith(404, { type: 'error', error: { type: 'not_found_error', message: 'model' } }));
    const { status, headers, body } = await askQuestion<Problem>({ question, stream });
    expectProblem({ status, headers, body }, 502, 'upstream-failed');
    expect(outcomesOf(body['attempts'])).toEqual([
      'gpt-3.5-turbo-16k authentication',
      `${claude} unknown_model`,
    ]);
    expect(JSON.stringify(body)).not.toContain('a-key');
  });

  it('answers a timeout problem when the deadline passes', async () => {
    await useModels('gpt-4o-mini', claude);
    gpt.setScript(() => undefined);
    haiku.setScript(() => undefined);
    const answer = await askQuestion<Problem>();
    expectProblem(answer, 504, 'upstream-timeout');
    expect(outcomesOf(answer.body['attempts'])).toEqual(['gpt-4o-mini timeout', `${claude} timeout`]);
  });

  it('answers invalid input with its own status', async () => {
    expectProblem(await askQuestion<Problem>({ question: '', stream: true }), 400, 'invalid-input');
    const nobody = app.platform.as(null);
    expectProblem(
      await nobody.post<Problem>('/v1/query', { question, stream: true }),
      401,
      'unauthenticated',
    );
  });
});

describe('POST /v1/query', () => {
  it('logs its facts, and nothing of what people wrote', async () => {
    await useModels('gpt-4', 'none');
    await askQuestion();
    const line = await waitFor(() => {
      const lines = app.replica
        .output()
        .split('\n')
        .filter((each) => each.includes('"model_used":"gpt-4"'));
      return lines.at(-1);
    });
    const { facts } = JSON.parse(line) as { facts: Record<string, unknown> };
    expect(facts).toMatchObject({
      model_requested: 'gpt-4',
      fallback_used: false,
      fallback_reason: null,
      attempts: [{ outcome: 'ok' }],
      usage: { prompt_tokens: 100, cost_usd: 0.0036 },
    });
    expect(app.replica.output()).not.toContain(question);
    expect(app.replica.output()).not.toContain('On the first.');
  });

  it('counts in the metrics what the models did', async () => {
    const { body } = await app.platform.get<string>('/metrics');
    expect(body).toMatch(/llm_attempts_total\{provider="openai",model="gpt-4",outcome="ok"\} \d/);
    expect(body).toMatch(/llm_circuit_state\{provider="openai",model="gpt-4"\} 0/);
    expect(body).toMatch(/llm_fallbacks_total\{reason="server_error"\} \d/);
  });
});
