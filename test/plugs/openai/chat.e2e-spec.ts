import type { ServerResponse } from 'node:http';
import { streamAll, streamFormats, streamWithoutEnd } from '../../../libs/rag/testing/llm/scripted-server.js';
import type { ApiResponse } from '#testing';
import { type Connect, clients } from '../mcp/mcp-clients.js';
import { useOpenAiApp } from './openai-app.js';

interface Chunk extends Record<string, unknown> {
  readonly id: string;
  readonly choices: { readonly delta: Record<string, unknown>; readonly finish_reason: string | null }[];
}

const { openai } = streamFormats;
const question = 'When is the rent due?';
const messages = [{ role: 'user', content: question }];
const app = useOpenAiApp();

function complete<Body = Record<string, unknown>>(body: object): Promise<ApiResponse<Body>> {
  return app.acme.member.post<Body>('/v1/chat/completions', { model: 'attune', messages, ...body });
}

/** The data of each event, in their order; `[DONE]` as it is. */
async function streamed(body: object): Promise<unknown[]> {
  const { status, headers, body: text } = await complete<string>({ stream: true, ...body });
  expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
  return text
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => block.replace(/^data: /, ''))
    .map((data) => (data === '[DONE]' ? data : (JSON.parse(data) as unknown)));
}

/** The messages that the model received with its last call. */
const sentMessages = () => app.models.calls.at(-1)!.body['messages'] as { role: string; content: string }[];

describe('POST /v1/chat/completions', () => {
  const citation = {
    type: 'url_citation',
    url_citation: {
      url: 'https://acme.example/lease',
      title: 'Lease of acme',
      start_index: 41,
      end_index: 44,
    },
  };
  const facts = {
    sources: [{ doc_id: 'lease', chunk_id: 'lease#1', title: 'Lease of acme' }],
    model_requested: 'gpt-4',
    model_used: 'gpt-4',
    fallback_used: false,
    fallback_reason: null,
    attempts: [{ model: 'gpt-4', outcome: 'ok' }],
    config_version: 2,
    config_applied: { temperature: 0.7 },
    degraded: [],
    sandbox: false,
    cost_usd: 0.0036,
    ignored: [],
  };
  const usage = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };
  const answer = 'The rent of Acme is due on the first day [1].';

  it('answers from the documents, with the citations and what Attune knows of the answer', async () => {
    const { status, headers, body } = await complete({});
    expect(status).toBe(200);
    expect(headers.get('attune-config-version')).toBe('2');
    expect(headers.get('attune-config-source')).toBe('live');
    const { start_index: start, end_index: end } = citation.url_citation;
    expect(answer.slice(start, end)).toBe('[1]');
    expect(body).toMatchObject({
      id: expect.stringMatching(/^chatcmpl-\w{24}$/),
      object: 'chat.completion',
      model: 'gpt-4',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: answer, refusal: null, annotations: [citation] },
          finish_reason: 'stop',
        },
      ],
      usage,
      attune: facts,
    });
    expect(Object.keys(body['attune'] as object).toSorted()).toEqual(Object.keys(facts).toSorted());
    expect(Math.abs(Number(body['created']) - Date.now() / 1000)).toBeLessThan(600);
  });

  it('sends the role, the text, the citations, the end with the facts, and [DONE]', async () => {
    const events = await streamed({});
    const chunks = events.slice(0, -1) as Chunk[];
    expect(events.at(-1)).toBe('[DONE]');
    expect(
      new Set(chunks.map(({ id, created, model, object }) => JSON.stringify([id, created, model, object])))
        .size,
    ).toBe(1);
    expect(chunks[0]).toMatchObject({ object: 'chat.completion.chunk', model: 'gpt-4' });
    expect(chunks.every((chunk) => !('usage' in chunk))).toBe(true);
    const choices = chunks.map(({ choices: [choice] }) => choice!);
    expect(choices[0]).toEqual({ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null });
    expect(choices.map(({ finish_reason: reason }) => reason)).toEqual([
      ...choices.slice(1).map(() => null),
      'stop',
    ]);
    expect(choices.map(({ delta }) => delta['content'] ?? '').join('')).toBe(answer);
    expect(choices.at(-2)!.delta).toEqual({ annotations: [citation] });
    expect(choices.at(-1)!.delta).toEqual({});
    expect(chunks.at(-1)!['attune']).toMatchObject(facts);
  });

  it('sends the tokens in a chunk of their own when the client asks for them', async () => {
    const events = await streamed({ stream_options: { include_usage: true } });
    const chunks = events.slice(0, -1) as Chunk[];
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage, attune: facts });
    expect(chunks.slice(0, -1).every((chunk) => chunk['usage'] === null)).toBe(true);
  });

  it.each([
    ['stops', streamAll(openai.begin, openai.textEvent('The rent'))],
    ['brings an error', streamAll(openai.begin, openai.textEvent('The rent'), openai.error('server_error'))],
  ])('ends with an error and without [DONE] when the stream of the provider %s', async (_how, script) => {
    app.models.setScript(script);
    const events = await streamed({ model: 'gpt-4o' });
    expect(events.at(-1)).toMatchObject({ error: { type: 'server_error', code: 'upstream_failed' } });
    expect(events).not.toContain('[DONE]');
    expect(JSON.stringify(events)).not.toContain('"finish_reason":"stop"');
  });

  it('cancels the call of the provider when the client leaves', async () => {
    app.models.setScript((call) => streamWithoutEnd(call, openai.begin, openai.textEvent('The rent')));
    const client = new AbortController();
    const response = await fetch(`${app.baseURL}/chat/completions`, {
      method: 'POST',
      headers: { 'api-key': app.acme.adminKey, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'attune', messages, stream: true }),
      signal: client.signal,
    });
    await response.body!.getReader().read();
    client.abort();
    await app.models.calls[0]!.closed;
  });

  it('adds system messages to the configured prompt, and asks the last question', async () => {
    await complete({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'developer', content: [{ type: 'text', text: 'Write Danish.' }] },
        { role: 'user', content: [{ type: 'text', text: question }] },
      ],
    });
    const [system, user] = sentMessages();
    expect(system!.content).toMatch(/^You answer the questions [^]*\n\nBe brief\.\n\nWrite Danish\.$/);
    expect(user).toEqual({ role: 'user', content: question });
  });

  it('shows the model the turns before the question', async () => {
    const turns = [
      { role: 'user', content: 'When is the rent of Acme due?' },
      { role: 'assistant', content: 'On the first day. [1]' },
    ];
    const { body } = await complete({ messages: [...turns, { role: 'user', content: 'And in May?' }] });
    expect(sentMessages().slice(1)).toEqual([...turns, { role: 'user', content: 'And in May?' }]);
    expect(body['attune']).toMatchObject({
      sources: [{ doc_id: 'lease' }],
      search_questions: ['And in May?', 'When is the rent of Acme due?\nAnd in May?'],
      ignored: [],
    });
  });

  it('lets the configuration win over parameters, and names those that it did not use', async () => {
    const { status, body } = await complete({
      temperature: 2,
      max_tokens: 5,
      top_p: null,
      n: 1,
      tools: [],
      logprobs: false,
      response_format: { type: 'text' },
      chat_id: 'from Open WebUI',
      user: 'user-42',
    });
    expect(status).toBe(200);
    expect(body['attune']).toMatchObject({ ignored: ['temperature', 'max_tokens', 'chat_id'] });
    expect(app.models.calls[0]!.body).toMatchObject({ temperature: 0.7, max_completion_tokens: 1000 });
  });

  it('asks another model of the plan for one call', async () => {
    const { body } = await complete({ model: 'gpt-4o' });
    expect(body).toMatchObject({ model: 'gpt-4o', attune: { model_requested: 'gpt-4o' } });
    expect(app.models.calls[0]!.body).toMatchObject({ model: 'gpt-4o' });
  });

  it.each([
    ['attune-task', 'Write a title.'],
    [
      'attune',
      '### Task:\nGenerate a concise, 3-5 word title.\n### Chat History:\n<chat_history>\nUSER: Rent?\n</chat_history>',
    ],
  ])('sends the task to %s without documents and without the template', async (model, content) => {
    const { body } = await complete({ model, messages: [{ role: 'user', content }] });
    expect(sentMessages()).toEqual([{ role: 'user', content }]);
    expect(body['attune']).toMatchObject({ sources: [], degraded: [{ stage: 'retrieve' }] });
  });
});

describe('the tool ask of MCP', () => {
  const [[, connectLegacy], [, connectModern]] = clients;
  const whole = JSON.stringify({
    choices: [{ index: 0, message: { role: 'assistant', content: 'The rent' }, finish_reason: 'length' }],
  });

  async function ask(connect: Connect, answer: (response: ServerResponse) => void) {
    app.models.setScript(({ response }) => {
      answer(response.writeHead(200, { 'content-type': 'application/json' }));
    });
    const client = await connect(app.replica.url, app.acme.memberKey);
    const result = await client.call('ask', { question });
    await client.close();
    return result;
  }

  it.each(clients)(
    'tells a client of %s in the text when the answer ended at max_tokens',
    async (_, connect) => {
      const { text, structured } = await ask(connect, (response) => void response.end(whole));
      expect(structured).toMatchObject({ answer: 'The rent', finish_reason: 'length' });
      const expected = 'The rent\n\nThe answer is not complete (finish_reason: length).\n\nSources:\n[1]';
      expect(text.slice(0, expected.length)).toBe(expected);
    },
  );

  // Another model for each: after some failures Attune does not ask a model for a while.
  it.each<[string, string, Connect, (response: ServerResponse) => void]>([
    [
      'connection',
      'gpt-4.1',
      connectLegacy,
      (response) => void response.write(whole.slice(0, -9), () => response.destroy()),
    ],
    ['malformed_answer', 'gpt-4.1-mini', connectModern, (response) => void response.end(whole.slice(0, -9))],
  ])(
    'the result is an error (%s) without a text when %s cuts its answer',
    async (outcome, model, connect, cut) => {
      await app.acme.admin.patch('/v1/config', { model_name: model });
      const result = await ask(connect, cut);
      const attempts = expect.arrayContaining([expect.objectContaining({ model, outcome })]) as object[];
      expect(result).toMatchObject({
        isError: true,
        problem: { type: '/problems/upstream-failed', attempts },
      });
      expect(JSON.stringify(result)).not.toContain('The rent');
    },
  );
});
