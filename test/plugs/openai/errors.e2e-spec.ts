import OpenAI, { NotFoundError } from 'openai';
import type { ApiResponse } from '#testing';
import { failWith } from '../../../libs/rag/testing/llm/scripted-server.js';
import { useOpenAiApp } from './openai-app.js';

interface OpenAiError {
  readonly error: Record<string, unknown>;
}

const messages = [{ role: 'user', content: 'When is the rent due?' }];
const app = useOpenAiApp();

function complete(body: object): Promise<ApiResponse<OpenAiError>> {
  return app.acme.member.post<OpenAiError>('/v1/chat/completions', { model: 'attune', messages, ...body });
}

describe('an error of POST /v1/chat/completions', () => {
  const oneMessage = (content: unknown) => ({ messages: [{ role: 'user', content }] });
  const longSystem = { role: 'system', content: 'x'.repeat(8001) };

  it.each<[string, object, string, string]>([
    ['two answers', { n: 2 }, 'n', 'unsupported_parameter'],
    ['tools', { tools: [{ type: 'function' }] }, 'tools', 'unsupported_parameter'],
    ['log probabilities', { logprobs: true }, 'logprobs', 'unsupported_parameter'],
    [
      'an answer in JSON',
      { response_format: { type: 'json_object' } },
      'response_format',
      'unsupported_parameter',
    ],
    ['no model', { model: undefined }, 'model', 'missing_required_parameter'],
    ['a number as model', { model: 7 }, 'model', 'invalid_type'],
    ['no messages', { messages: undefined }, 'messages', 'missing_required_parameter'],
    ['an empty list', { messages: [] }, 'messages', 'missing_required_parameter'],
    ['null as message', { messages: [null] }, 'messages[0]', 'invalid_type'],
    ['an unknown role', { messages: [{ role: 'king', content: 'x' }] }, 'messages[0].role', 'invalid_value'],
    ['a number as content', oneMessage(7), 'messages[0].content', 'invalid_type'],
    ['a blank question', oneMessage(' '), 'messages[0].content', 'invalid_value'],
    ['a long question', oneMessage('x'.repeat(4001)), 'messages[0].content', 'context_length_exceeded'],
    ['long instructions', { messages: [longSystem, ...messages] }, 'messages', 'context_length_exceeded'],
    ['a picture', oneMessage([{ type: 'image_url' }]), 'messages[0].content[0]', 'invalid_type'],
    ['a long user', { user: 'x'.repeat(201) }, 'user', 'invalid_value'],
    ['a text as stream', { stream: 'yes' }, 'stream', 'invalid_type'],
    ['true as options', { stream_options: true }, 'stream_options', 'invalid_type'],
  ])('the answer to %s names the parameter', async (_what, body, param, code) => {
    const answer = await complete(body);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.body.error).toMatchObject({
      type: 'invalid_request_error',
      param,
      code,
      docs: '/problems/invalid-input',
      request_id: answer.headers.get('x-request-id'),
    });
  });

  it('the answer lists every error at once', async () => {
    const { body } = await complete({
      n: 2,
      model: 7,
      messages: [{ role: 'user', content: '' }],
    });
    expect((body.error['errors'] as { field: string }[]).map(({ field }) => field)).toEqual([
      'model',
      'messages[0].content',
      'messages[0].content',
      'n',
    ]);
  });

  it.each(['gpt-9', 'claude-opus-4-1'])('the code for the model %s is model_not_found', async (model) => {
    const { status, body } = await complete({ model });
    expect([status, body.error['param'], body.error['code']]).toEqual([404, 'model', 'model_not_found']);
  });

  it('the answer has the form of OpenAI where the framework refuses the request', async () => {
    const send = (headers: Record<string, string>, body: string) =>
      app.acme.member.send<OpenAiError>('/v1/chat/completions', { method: 'POST', headers, body });
    const json = { 'content-type': 'application/json' };
    const withoutKey = await app.platform.as('atn_0_0').post<OpenAiError>('/v1/chat/completions', {});
    const answers = [
      await send(json, '{"model":'),
      await send({ 'content-type': 'text/plain' }, 'x'),
      await send(json, JSON.stringify({ model: 'x'.repeat(17 * 1024 * 1024) })),
      await app.platform.post<OpenAiError>('/v1/chat/completions', {}),
      withoutKey,
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 415, 413, 403, 401]);
    for (const { headers, body } of answers) {
      expect(headers.get('content-type')).toBe('application/json');
      expect(body.error).toMatchObject({ message: expect.any(String), type: expect.any(String) });
    }
    expect(withoutKey.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  it('the openai package shows what to call in place of the Responses API and the old completions', async () => {
    const client = new OpenAI({ baseURL: app.baseURL, apiKey: app.acme.memberKey });
    const calls = [
      client.responses.create({ model: 'attune', input: 'When is the rent due?' }),
      client.completions.create({ model: 'attune', prompt: 'When is the rent due?' }),
    ];
    for (const call of calls) {
      const error: unknown = await call.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(NotFoundError);
      expect(error).toMatchObject({ message: expect.stringContaining('POST /v1/chat/completions') });
    }
  });

  it('a suspended tenant gets 403, and no model is asked', async () => {
    const path = `/v1/platform/tenants/${app.globex.id}`;
    await app.platform.patch(path, { status: 'suspended' });
    const body = { model: 'attune', messages };
    const answer = await app.globex.member.post<OpenAiError>('/v1/chat/completions', body);
    const models = await app.globex.member.get('/v1/models');
    await app.platform.patch(path, { status: 'active' });
    expect([answer.status, answer.body.error['code'], models.status]).toEqual([403, 'tenant_suspended', 200]);
    expect(app.models.calls).toEqual([]);
  });

  it('the answer tells the client not to ask again when every model refused for good', async () => {
    app.models.setScript(failWith(401, { error: { message: 'Incorrect API key: a-key' } }));
    const { status, headers, body } = await complete({ model: 'gpt-4-turbo-preview' });
    expect([status, headers.get('x-should-retry')]).toEqual([502, 'false']);
    expect(body.error).toMatchObject({ type: 'server_error', code: 'upstream_failed' });
    expect(JSON.stringify(body)).not.toContain('a-key');
  });
});

describe('GET /v1/models', () => {
  it('lists attune, attune-task and the models of the plan', async () => {
    const { body } = await app.acme.member.get<{ object: string; data: { id: string }[] }>(
      '/v1/models?user=user-42',
    );
    const ids = body.data.map(({ id }) => id);
    expect(body.object).toBe('list');
    expect(ids.slice(0, 2)).toEqual(['attune', 'attune-task']);
    expect(ids).toEqual(expect.arrayContaining(['gpt-4', 'gpt-3.5-turbo']));
    expect(body.data[0]).toEqual({
      id: 'attune',
      object: 'model',
      created: expect.any(Number),
      owned_by: 'attune',
    });
  });

  it('describes one model, and answers model_not_found for another', async () => {
    const { body } = await app.acme.member.get('/v1/models/gpt-4');
    expect(body).toMatchObject({ id: 'gpt-4', object: 'model', owned_by: 'openai' });
    const other = await app.acme.member.get<OpenAiError>('/v1/models/gpt-9');
    expect([other.status, other.body.error['code']]).toEqual([404, 'model_not_found']);
  });
});
