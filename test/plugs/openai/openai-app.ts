import {
  type Script,
  ScriptedServer,
  streamAll,
  streamFormats,
} from '../../../libs/rag/testing/llm/scripted-server.js';
import { type TestApp, type TestTenant, createTenant, useTestApp } from '../../app/test-app.js';

const { openai } = streamFormats;

/** Two tenants with a document each, and the server of their models. */
export interface OpenAiApp extends TestApp {
  readonly models: ScriptedServer;
  readonly acme: TestTenant;
  readonly globex: TestTenant;
  /** The base URL that clients of OpenAI are given. */
  readonly baseURL: string;
}

const acmeText = 'The rent of Acme is due on the first day of each month.';
const globexText = 'The rent of Globex is due on the fifteenth day of each month.';

/** Answers whole or in pieces, as the request asks. It repeats the first document that it was shown, and cites it. */
const answerFromContext: Script = (call) => {
  const text = answerTo(call.body);
  const pieces = text.match(/\S+\s*/g) ?? [];
  if (call.body['stream'] === true)
    return streamAll(openai.begin, ...pieces.map(openai.textEvent), openai.finish, openai.terminal)(call);
  const usage = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };
  const message = { role: 'assistant', content: text };
  call.response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }], usage }));
};

function answerTo({ messages }: Record<string, unknown>): string {
  const rent = /The rent of \w+ is due on the \w+ day/.exec(JSON.stringify(messages));
  return rent ? `${rent[0]} [1].` : 'I have no document.';
}

/** Starts the product with a server of models, and two tenants that share it. */
export function useOpenAiApp(): OpenAiApp {
  let models: ScriptedServer;
  const tenants: TestTenant[] = [];
  const app = useTestApp('tenant', async () => {
    models = await ScriptedServer.start();
    return {
      OPENAI_API_KEY: 'a-key',
      OPENAI_BASE_URL: `${models.url}/v1`,
      EMBEDDINGS: 'local',
      QUERY_DEADLINE_MS: '5000',
    };
  });
  beforeAll(async () => {
    for (const [id, text] of [
      ['acme', acmeText],
      ['globex', globexText],
    ] as const) {
      const tenant = await createTenant(app.platform, id);
      await tenant.admin.patch('/v1/config', { model_name: 'gpt-4', model_fallback: 'none' });
      const metadata = id === 'acme' ? { url: 'https://acme.example/lease' } : {};
      await tenant.admin.post('/v1/documents', { id: 'lease', title: `Lease of ${id}`, text, metadata });
      tenants.push(tenant);
    }
  });
  beforeEach(() => models.setScript(answerFromContext));
  afterAll(() => models.stop());
  return Object.defineProperties(app, {
    models: { get: () => models },
    acme: { get: () => tenants[0] },
    globex: { get: () => tenants[1] },
    baseURL: { get: () => `${app.replica.url}/v1` },
  }) as OpenAiApp;
}
