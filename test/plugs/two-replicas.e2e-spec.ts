/** What one replica gives out or takes back in a protocol holds at the other. */
import { ApiClient, EventStreamClient, type Replica, startReplica, testRedisUrl, waitFor } from '#testing';
import {
  type ScriptedCall,
  ScriptedServer,
  streamFormats,
  streamWithoutEnd,
} from '../../libs/rag/testing/llm/scripted-server.js';
import { expectProblem } from '../app/expect-problem.js';
import { type TestTenant, useTestApp } from '../app/test-app.js';
import { type Connect, clients } from './mcp/mcp-clients.js';
import { type WebhookBody, createWebhook } from './webhooks/webhook-requests.js';
import { WebhookReceiver, verify } from './webhooks/webhook-receiver.js';

interface IssuedKey {
  readonly id: string;
  readonly key: string;
}

interface Flags {
  readonly eventStreams: { readonly endpoint: { readonly requestUri: string } }[];
}

const { openai } = streamFormats;
const question = 'When is the rent due?';
let models: ScriptedServer;
const environment = async () => {
  models = await ScriptedServer.start();
  return {
    REDIS_URL: testRedisUrl(),
    OPENAI_API_KEY: 'a-key',
    OPENAI_BASE_URL: `${models.url}/v1`,
    EMBEDDINGS: 'local',
    EGRESS_ALLOW: '127.0.0.1',
  };
};
let env: Awaited<ReturnType<typeof environment>>;
const app = useTestApp('shared', async () => (env = await environment()));
let other: Replica;
let tenant: TestTenant;

beforeAll(async () => {
  other = await startReplica({
    env: { ...env, DATABASE_URL: app.database.url, CONFIG_CHANGES_PER_HOUR: '0' },
  });
});
afterAll(async () => {
  await other?.stop();
  await models?.stop();
});
beforeEach(async () => {
  tenant = await app.createTenant();
});

/** The tenant's admin at the other replica. */
const there = () => new ApiClient(other.url, tenant.adminKey);

/** A key that both replicas have seen. */
async function issueKey(): Promise<IssuedKey> {
  const { body } = await tenant.admin.post<IssuedKey>('/v1/api-keys', { name: 'seen', role: 'member' });
  for (const { url } of [app.replica, other])
    expect((await new ApiClient(url, body.key).get('/v1/config')).status).toBe(200);
  return body;
}

async function revoke({ id }: IssuedKey): Promise<void> {
  expect((await tenant.admin.del(`/v1/api-keys/${id}`)).status).toBe(204);
}

describe('a stream ticket of one replica', () => {
  it('the ticket opens a stream at the other, which ends there when the key is revoked here', async () => {
    const issued = await issueKey();
    const { body } = await tenant.admin.as(issued.key).post<{ ticket: string }>('/v1/config/stream-ticket');
    const path = `/v1/config/stream?ticket=${body.ticket}`;
    const stream = await EventStreamClient.open(other.url + path);
    await stream.waitFor(({ event }) => event === 'put');
    await tenant.admin.patch('/v1/config', { temperature: 0.41 });
    await stream.waitFor(({ event }) => event === 'patch');
    await revoke(issued);
    await waitFor(() => stream.hasEnded, { timeoutMs: 5_000, what: 'the stream ends' });
    await there().patch('/v1/config', { temperature: 0.42 });
    expect(stream.names).toEqual(['put', 'patch']);
    for (const { url } of [app.replica, other])
      expectProblem(await new ApiClient(url).get(path), 401, 'unauthenticated');
  });

  it('the ticket is the same at the other, so that the tag of the flags is too', async () => {
    const path = '/ofrep/v1/evaluate/flags';
    const here = await tenant.admin.post<Flags>(path, { context: {} });
    const etag = here.headers.get('etag')!;
    expect((await there().post(path, { context: {} }, { 'if-none-match': etag })).status).toBe(304);

    const { requestUri } = here.body.eventStreams[0]!.endpoint;
    const stream = await EventStreamClient.open(app.replica.url + requestUri);
    const { id: first } = await stream.waitFor(() => true);
    await tenant.admin.patch('/v1/config', { temperature: 0.43 });
    const { id } = await stream.waitFor((event) => event.id !== first);
    const announced = await there().post(`${path}?flagConfigEtag=${id}`, { context: {} });
    expect(announced.body).toMatchObject({ metadata: { config_version: 2 } });
    stream.close();
  });
});

describe('a key that is revoked at one replica while the other answers it', () => {
  /** Keeps the model from answering until the test says so. */
  async function answerLater(script: (call: ScriptedCall) => unknown): Promise<ScriptedCall> {
    models.setScript((call) => void script(call));
    return waitFor(() => models.calls[0], { what: 'the model is asked' });
  }

  it('gets its chat stream to the end, and 401 in the form of OpenAI after that', async () => {
    const issued = await issueKey();
    const asked = answerLater((call) => streamWithoutEnd(call, openai.begin, openai.textEvent('On the ')));
    const client = new ApiClient(other.url, issued.key);
    const messages = [{ role: 'user', content: question }];
    const body = { model: 'attune', messages, stream: true };
    const answer = client.post<string>('/v1/chat/completions', body);
    const { response } = await asked;
    await revoke(issued);
    await waitFor(async () => (await client.get('/v1/models')).status === 401);
    response.end(openai.textEvent('first.') + openai.finish + openai.terminal);
    const { status, body: chunks } = await answer;
    expect([status, chunks.endsWith('data: [DONE]\n\n')]).toEqual([200, true]);
    const refused = await client.post('/v1/chat/completions', body);
    expect([refused.status, refused.body]).toMatchObject([401, { error: { code: 'invalid_api_key' } }]);
  });

  it.each(clients)('gets the answer of its MCP call of %s, and 401 after that', async (_, connect) => {
    const issued = await issueKey();
    const client = await (connect as Connect)(other.url, issued.key);
    const asked = answerLater(() => undefined);
    const answer = client.call('ask', { question });
    const { response } = await asked;
    await revoke(issued);
    await waitFor(async () => (await there().as(issued.key).get('/v1/config')).status === 401);
    const message = { role: 'assistant', content: 'On the first.' };
    response.end(JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }] }));
    expect((await answer).structured).toMatchObject({ answer: 'On the first.' });
    await expect(client.call('get_config')).rejects.toThrow(/401|revoked|Unauthorized/i);
    await client.close();
  });
});

describe('a webhook of two replicas', () => {
  let receiver: WebhookReceiver;

  beforeEach(async () => {
    receiver = await WebhookReceiver.start();
  });
  afterEach(() => receiver.close());

  it('signs with both secrets after a rotation at one, whichever replica delivers, and is gone at both', async () => {
    const { id, secret } = await createWebhook(tenant.admin, {
      url: receiver.url,
      events: ['config.updated'],
    });
    const path = `/v1/webhooks/${id}`;
    const rotated = await there().post<WebhookBody>(`${path}/rotate-secret`);
    for (const [index, client] of [tenant.admin, there()].entries()) {
      await client.patch('/v1/config', { max_tokens: 700 + index });
      await receiver.waitForAttempts(index + 1);
      const event = verify(secret, receiver.attempts[index]!);
      expect(event).toMatchObject({ data: { tenant_id: tenant.id, version: index + 2 } });
      expect(verify(rotated.body.secret, receiver.attempts[index]!)).toEqual(event);
    }
    for (const client of [tenant.admin, there()]) {
      const { body } = await client.post<WebhookBody>(`${path}/test`);
      expect(body).toMatchObject({ state: 'delivered' });
      verify(rotated.body.secret, receiver.attempts.at(-1)!);
    }
    expect((await tenant.admin.del(path)).status).toBe(204);
    expectProblem(await there().get(path), 404, 'not-found');
    expectProblem(await there().post(`${path}/test`), 404, 'not-found');
  });
});
