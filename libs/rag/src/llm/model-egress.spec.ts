import { Logger } from '@nestjs/common';
import { Deadline } from './fallback/deadline.js';
import type { ResponseMode } from './fallback/model-call.service.js';
import {
  type RagConfigOverrides,
  aModelCallService,
  withoutShortening,
} from '../../testing/llm/model-call-builders.js';
import { aClaude, aGenerationRequest, aModel } from '../../testing/llm/llm-builders.js';
import { ScriptedServer, failWith } from '../../testing/llm/scripted-server.js';
import type { Model } from '#settings';

const onPostgres = { DATABASE_URL: 'postgres://app@db/attune', MODEL_KEY_OWN: 'own-key' };
const keys = { openaiApiKey: 'key-of-openai', anthropicApiKey: 'key-of-anthropic' };

let server: ScriptedServer;

beforeAll(async () => {
  Logger.overrideLogger(false);
  server = await ScriptedServer.start();
});
beforeEach(() => server.setScript(failWith(500, {})));
afterAll(() => server.stop());

/** The detail of the error for the client. */
async function ask(
  primary: Model,
  overrides: RagConfigOverrides = {},
  responseMode: ResponseMode = 'whole',
): Promise<string> {
  const variables = { ...onPostgres, ...overrides.variables };
  const answer = aModelCallService({ ...keys, ...overrides, variables }).start({
    primary,
    fallback: null,
    ...withoutShortening,
    promptFor: (model) => ({ request: aGenerationRequest({ model: model.id }) }),
    responseMode,
    deadline: new Deadline(10_000, new AbortController().signal),
  });
  return answer.then(
    () => 'answered',
    (error: Error) => error.message,
  );
}

const ownServer = (overrides: Partial<Model> = {}): Model =>
  aModel({
    id: 'm1',
    provider: 'openai-compatible',
    base_url: `${server.url}/v1`,
    api_key_env: 'MODEL_KEY_OWN',
    ...overrides,
  });

describe('a call to a model', () => {
  it.each(['openai', 'anthropic', 'openai-compatible'] as const)(
    'does not reach an address that EGRESS_ALLOW does not allow: %s',
    async (provider) => {
      for (const mode of ['whole', 'streamed'] as const)
        expect(await ask(ownServer({ provider }), {}, mode)).toBe(
          "No model answered. The address of the model's server is not public, and EGRESS_ALLOW does not allow it.",
        );
      expect(server.calls).toEqual([]);
    },
  );

  it('reaches an address that EGRESS_ALLOW allows', async () => {
    const message = await ask(ownServer(), { variables: { EGRESS_ALLOW: '127.0.0.1' } });
    expect(message).toMatch(/server error/);
    expect(server.calls).not.toEqual([]);
  });

  it('reaches the address of OPENAI_BASE_URL or ANTHROPIC_BASE_URL without EGRESS_ALLOW', async () => {
    const overrides = { openaiBaseUrl: `${server.url}/v1`, anthropicBaseUrl: server.url };
    for (const model of [aModel(), aClaude()]) expect(await ask(model, overrides)).toMatch(/server error/);
    const models = new Set(server.calls.map(({ body }) => body['model']));
    expect(models).toEqual(new Set([aModel().id, aClaude().id]));
  });

  it.each(['whole', 'streamed'] as const)(
    'sends nothing to where a server redirects it: %s',
    async (mode) => {
      const redirecting = await ScriptedServer.start();
      redirecting.setScript(failWith(307, {}, { location: `${server.url}/v1/chat/completions` }));
      const variables = { EGRESS_ALLOW: 'loopback' };
      const message = await ask(ownServer({ base_url: `${redirecting.url}/v1` }), { variables }, mode);
      expect(message).toContain("The model's server redirects to another address, which is not followed");
      expect(server.calls).toEqual([]);
      expect(redirecting.calls).toHaveLength(1);
      await redirecting.stop();
    },
  );
});
