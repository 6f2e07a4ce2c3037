import type { ApiResponse } from '#testing';
import { MockUpstream, answersWith, failsWith } from '../../../libs/rag/testing/llm/mock-upstream.js';
import { expectProblem } from '../../app/expect-problem.js';
import {
  type Problem,
  type TestTenant,
  getConfiguration,
  createTenant,
  fieldErrorsIn,
  getHistory,
  useTestApp,
} from '../../app/test-app.js';

interface PlaygroundRun {
  readonly status: string;
  readonly test_query: string;
  readonly model_used: string;
  readonly response_preview: string;
  readonly config_applied: Record<string, unknown>;
  readonly answer: string;
  readonly sources: { doc_id: string }[];
  readonly usage: Record<string, number>;
}
interface PlaygroundResponse extends PlaygroundRun {
  readonly baseline: PlaygroundRun | null;
}
interface SentModelRequest {
  readonly model: string;
  readonly temperature: number;
  readonly messages: { role: string; content: string }[];
}

const question = 'When is the rent due?';
const responseMembers = [
  'status',
  'test_query',
  'model_used',
  'sandbox',
  'response_preview',
  'config_applied',
  'answer',
  'sources',
  'usage',
  'timings_ms',
  'degraded',
];

let upstream: MockUpstream;
const app = useTestApp('tenant', async () => {
  upstream = await MockUpstream.start();
  return {
    OPENAI_API_KEY: 'a-key',
    OPENAI_BASE_URL: upstream.openaiBaseUrl,
    EMBEDDINGS: 'local',
    CONFIG_TESTS_PER_HOUR: '12',
    QUERY_DEADLINE_MS: '10000',
  };
});
let tenant: TestTenant;

beforeAll(async () => {
  tenant = await aTenant('trier');
});
beforeEach(() => {
  upstream.reset();
  upstream.setBehaviour('gpt-3.5-turbo', answersWith('On the first, says turbo.', 100, 10));
  upstream.setBehaviour('gpt-4', answersWith('On the first, says four.', 120, 20));
});
afterAll(async () => {
  await upstream.stop();
});

async function aTenant(id: string): Promise<TestTenant> {
  const tenantWithDocument = await createTenant(app.platform, id);
  const text = 'The rent is due on the first day of each month.';
  await tenantWithDocument.admin.post('/v1/documents', { id: `lease-of-${id}`, title: 'Lease', text });
  return tenantWithDocument;
}

function trySettings<Body = PlaygroundResponse>(
  body: unknown,
  { admin } = tenant,
): Promise<ApiResponse<Body>> {
  return admin.post<Body>('/v1/config/test', body);
}

function sentModelRequests(): SentModelRequest[] {
  return upstream.requests() as unknown as SentModelRequest[];
}

describe('POST /v1/config/test', () => {
  it('sends the changed model, prompt and temperature to the provider, and saves nothing', async () => {
    const { admin } = tenant;
    const before = [await getConfiguration(admin), await getHistory(admin)];
    const patch = {
      model_name: 'gpt-4',
      temperature: 0.1,
      system_prompt_template: 'You answer as {who}.',
      prompt_variables: { who: 'a pirate' },
    };
    const { status, body, headers } = await trySettings({ ...patch, question });
    expect(status).toBe(200);
    expect(headers.get('attune-config-version')).toBe('1');
    expect(Object.keys(body)).toEqual([...responseMembers, 'baseline']);
    expect(body).toMatchObject({
      status: 'success',
      test_query: question,
      model_used: 'gpt-4',
      response_preview: 'On the first, says four.',
      config_applied: { temperature: 0.1, top_k: 5, alpha: 0.5, max_tokens: 1000 },
      sources: [{ doc_id: 'lease-of-trier' }],
      usage: { prompt_tokens: 120, completion_tokens: 20 },
      baseline: null,
    });
    expect(sentModelRequests()).toMatchObject([
      {
        model: 'gpt-4',
        temperature: 0.1,
        messages: [{ role: 'system', content: 'You answer as a pirate.' }, { role: 'user' }],
      },
    ]);
    expect([await getConfiguration(admin), await getHistory(admin)]).toEqual(before);
    const { body: asked } = await admin.post<{ model_used: string }>('/v1/query', { question });
    expect(asked.model_used).toBe('gpt-3.5-turbo');
  });

  it('compares with today’s settings', async () => {
    const { body } = await trySettings({ model_name: 'gpt-4', question, compare: true });
    expect(body).toMatchObject({ answer: 'On the first, says four.' });
    expect(Object.keys(body.baseline!)).toEqual(responseMembers);
    expect(body.baseline).toMatchObject({
      status: 'success',
      test_query: question,
      model_used: 'gpt-3.5-turbo',
      answer: 'On the first, says turbo.',
    });
    expect(sentModelRequests().map(({ model }) => model)).toEqual(
      expect.arrayContaining(['gpt-4', 'gpt-3.5-turbo']),
    );
  });

  it('finds the broken prompt before it is saved', async () => {
    const answer = await trySettings<Problem>({ system_prompt_template: 'As {nobody}: {context', question });
    expectProblem(answer, 400, 'invalid-input');
    expect(fieldErrorsIn(answer.body)).toEqual([
      'system_prompt_template: template_syntax',
      'system_prompt_template: unknown_variable',
    ]);
    expect(upstream.requests()).toEqual([]);
  });

  it('lists the errors of the patch and of the question at once', async () => {
    const patch = { temperature: 9, max_documents: 700, nothing: 1, question: ' ', compare: null };
    const answer = await trySettings<Problem>(patch);
    expectProblem(answer, 400, 'invalid-input');
    expect(fieldErrorsIn(answer.body)).toEqual([
      'compare: type',
      'max_documents: platform_only',
      'nothing: unknown_field',
      'question: pattern',
      'temperature: max',
    ]);
    for (const strange of ['[]', 'null', '"x"', '7'])
      expectProblem(
        await tenant.admin.send('/v1/config/test', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: strange,
        }),
        400,
        'invalid-input',
      );
    expectProblem(await tenant.admin.post('/v1/config/test?dry=1', { question }), 400, 'invalid-input');
    expect(upstream.requests()).toEqual([]);
  });

  it('fails like a query when no model answers under the new settings', async () => {
    upstream.setBehaviour('gpt-4', failsWith(400));
    const answer = await trySettings<Problem>({ model_name: 'gpt-4', model_fallback: 'none', question });
    expectProblem(answer, 502, 'upstream-failed');
    expect(answer.body['attempts']).toMatchObject([{ model: 'gpt-4', outcome: 'invalid_request' }]);
  });

  it('answers where today’s settings cannot', async () => {
    upstream.setBehaviour('gpt-3.5-turbo', failsWith(400));
    const { status, body } = await trySettings({ model_name: 'gpt-4', question, compare: true });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'success', baseline: { status: 'failed', answer: null } });
  });

  it('lets a platform admin test for any tenant, including settings that only the platform sets', async () => {
    const path = '/v1/platform/tenants/trier/config/test';
    const { status, body } = await app.platform.post<PlaygroundResponse>(path, {
      max_documents: 500,
      question,
    });
    expect([status, body.sources.map(({ doc_id }) => doc_id)]).toEqual([200, ['lease-of-trier']]);
    expectProblem(await app.platform.post('/v1/platform/tenants/nobody/config/test', {}), 404, 'not-found');
    expectProblem(await app.platform.post('/v1/config/test', {}), 403, 'forbidden');
    expectProblem(await tenant.admin.post(path, {}), 403, 'forbidden');
    expectProblem(await tenant.member.post('/v1/config/test', {}), 403, 'forbidden');
    expectProblem(await tenant.admin.as(null).post('/v1/config/test', {}), 401, 'unauthenticated');
  });

  it('finds only the tenant’s own documents', async () => {
    const other = await aTenant('other');
    const { body } = await trySettings({ question }, other);
    expect(body.sources.map(({ doc_id }) => doc_id)).toEqual(['lease-of-other']);
  });

  it('refuses a suspended tenant', async () => {
    const other = await aTenant('suspended');
    await app.platform.patch('/v1/platform/tenants/suspended', { status: 'suspended' });
    expectProblem(await trySettings({ question }, other), 403, 'tenant-suspended');
  });

  it('tests the settings themselves while a rollout overrides them', async () => {
    const other = await aTenant('rolled');
    const order = {
      name: 'hotter',
      selector: { tenant_ids: ['rolled'] },
      changes: { temperature: 1.5 },
      unit: 'tenant',
      percentage: 100,
      guardrails: { max_error_rate: 0.5, min_samples: 1000 },
    };
    expect((await app.platform.post('/v1/platform/rollouts', order)).status).toBe(201);
    const query = await other.admin.post<PlaygroundResponse>('/v1/query', { question });
    expect(query.body.config_applied).toMatchObject({ temperature: 1.5 });
    const { body } = await trySettings({ temperature: 0.2, question, compare: true }, other);
    expect(body.config_applied).toMatchObject({ temperature: 0.2 });
    expect(body.baseline?.config_applied).toMatchObject({ temperature: 0.7 });
  });

  it('has a limit per tenant, to which the platform’s tests do not count', async () => {
    const eager = await aTenant('eager');
    const answers = await Promise.all(
      Array.from({ length: 14 }, () => trySettings<Problem>({ question }, eager)),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(12);
    for (const { headers, status } of answers)
      expect(headers.get('ratelimit')).toMatch(
        status === 200 ? /^"tests";r=\d+;t=\d+$/ : /^"tests";r=0;t=\d+$/,
      );
    for (const answer of refused) expectProblem(answer, 429, 'rate-limited');
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    const path = '/v1/platform/tenants/eager/config/test';
    expect((await app.platform.post(path, { question })).status).toBe(200);
  });
});
