import { Logger } from '@nestjs/common';
import type { Model } from '#settings';
import { aModelCallService } from '../../testing/llm/model-call-builders.js';
import { aClaude, aModel } from '../../testing/llm/llm-builders.js';
import { aTemplate, settingsWith } from '../../testing/query/query-builders.js';
import { type ScriptedCall, ScriptedServer, failWith } from '../../testing/llm/scripted-server.js';
import { fitPrompt } from '../query/prompt/fitted-prompt.js';
import { computeParameters } from '../query/prompt/model-parameters.js';
import { Deadline } from './fallback/deadline.js';

const answer = {
  choices: [{ message: { content: 'Yes.' }, finish_reason: 'stop' }],
  content: [{ type: 'text', text: 'Yes.' }],
  stop_reason: 'end_turn',
  usage: { prompt_tokens: 1, completion_tokens: 1, input_tokens: 1, output_tokens: 1 },
};
const key = 'MODEL_KEY_OWN';

let server: ScriptedServer;

beforeAll(async () => {
  server = await ScriptedServer.start();
});
beforeEach(() => {
  Logger.overrideLogger(false);
  server.setScript(({ response }) => void response.end(JSON.stringify(answer)));
});
afterAll(() => server.stop());

const onServer = (overrides: Partial<Model> = {}): Model =>
  aModel({ id: 'm1', provider: 'openai-compatible', base_url: `${server.url}/v1`, ...overrides });

/** Asks the model as a query does. The request that the server received, and what `degraded` says of the parameters. */
async function ask(
  model: Model,
  settings: Parameters<typeof settingsWith>[0] = {},
): Promise<{ call: ScriptedCall; degraded: string[] }> {
  const input = { question: 'When?', chunks: [], template: aTemplate() };
  const prompt = fitPrompt(input, computeParameters(settingsWith(settings), model));
  const started = await aModelCallService({ variables: { [key]: 'own' } }).start({
    primary: model,
    fallback: null,
    promptFor: () => prompt,
    shortenPrompt: () => null,
    onBilledFailure: () => undefined,
    responseMode: 'whole',
    deadline: new Deadline(10_000, new AbortController().signal),
  });
  started.close();
  return { call: server.calls[0]!, degraded: prompt.degraded.map(({ reason }) => reason) };
}

describe('a request to a model', () => {
  it('names the model as its server does', async () => {
    expect((await ask(onServer())).call.body['model']).toBe('m1');
    server.calls.length = 0;
    expect((await ask(onServer({ upstream_model: 'gpt-4o' }))).call.body['model']).toBe('gpt-4o');
  });

  it.each(['openai-compatible', 'openai', 'anthropic'] as const)(
    'has the headers and the further members of the catalogue entry: %s',
    async (provider) => {
      const entry = {
        headers: { 'X-Team': 'search', authorization: 'Custom abc' },
        extra_body: { service_tier: 'flex', options: { num_ctx: 8192 } },
      };
      const { call } = await ask(onServer({ provider, api_key_env: key, ...entry }));
      expect(call.headers).toMatchObject({ 'x-team': 'search', authorization: 'Custom abc' });
      expect(call.body).toMatchObject({ model: 'm1', ...entry.extra_body });
    },
  );

  it('keeps its own members whatever the entry has', async () => {
    const { call } = await ask(onServer({ extra_body: { model: 'other', max_tokens: 1e6, messages: [] } }));
    expect(call.body).toMatchObject({ model: 'm1', max_tokens: 1000 });
    expect(call.body['messages']).toHaveLength(2);
  });

  it('sends the effort that the model takes, and by default none', async () => {
    const reasoning = ['none', 'low'] as const;
    expect((await ask(onServer({ reasoning }))).call.body).not.toHaveProperty('reasoning_effort');
    server.calls.length = 0;
    const { call, degraded } = await ask(onServer({ reasoning }), { reasoning_effort: 'low' });
    expect([call.body['reasoning_effort'], degraded]).toEqual(['low', []]);
  });

  it.each([null, [], ['low'] as const])(
    'leaves out an effort that the model does not take (%j) and says so',
    async (reasoning) => {
      const { call, degraded } = await ask(onServer({ reasoning }), { reasoning_effort: 'high' });
      expect(call.body).not.toHaveProperty('reasoning_effort');
      expect(degraded).toEqual(['reasoning_effort high left out: m1 does not take it']);
    },
  );

  it.each([
    ['high', { output_config: { effort: 'high' } }],
    ['none', { thinking: { type: 'disabled' } }],
  ] as const)("sends the effort %s in Anthropic's form", async (effort, members) => {
    const claude = aClaude({ base_url: server.url, api_key_env: key, reasoning: ['none', 'high'] });
    const { call } = await ask(claude, { reasoning_effort: effort });
    expect(call.body).toMatchObject(members);
    expect(call.body).not.toHaveProperty('reasoning_effort');
  });

  it('writes no value of a header into the log, also when the server repeats it', async () => {
    const lines: unknown[] = [];
    const record = (...args: unknown[]): unknown => lines.push(args);
    Logger.overrideLogger({ log: record, warn: record, error: record, debug: record });
    server.setScript(failWith(400, { error: { message: 'The token hush-hush is not valid.' } }));
    await expect(ask(onServer({ headers: { 'X-Token': 'hush-hush' } }))).rejects.not.toThrow(/hush-hush/);
    expect(JSON.stringify(lines)).toContain('m1');
    expect(JSON.stringify(lines)).not.toContain('hush-hush');
  });
});
