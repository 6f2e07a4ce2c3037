import {
  ScriptedServer,
  failWith,
  streamAll,
  streamFormats,
} from '../../libs/rag/testing/llm/scripted-server.js';
import { OtlpReceiver, type ReceivedSpan, testRedisUrl, waitFor } from '#testing';
import { type TestTenant, useTestApp } from '../app/test-app.js';

const question = 'When is the rent due, says Fräulein Unmistakable?';
const claude = 'claude-3-haiku-20240307';
const { anthropic } = streamFormats;
const keys = Buffer.from('pk-lf-1:sk-lf-2').toString('base64');

let receiver: OtlpReceiver;
let gpt: ScriptedServer;
let haiku: ScriptedServer;
const app = useTestApp('tenant', async () => {
  [receiver, gpt, haiku] = await Promise.all([
    OtlpReceiver.start(),
    ScriptedServer.start(),
    ScriptedServer.start(),
  ]);
  return {
    OPENAI_API_KEY: 'a-key',
    OPENAI_BASE_URL: `${gpt.url}/v1`,
    ANTHROPIC_API_KEY: 'another-key',
    ANTHROPIC_BASE_URL: haiku.url,
    EMBEDDINGS: 'local',
    REDIS_URL: testRedisUrl(),
    // The lines of docs/connect/langfuse.md.
    OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.url}/api/public/otel`,
    OTEL_EXPORTER_OTLP_HEADERS: `Authorization=Basic%20${keys}`,
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    OTEL_BSP_SCHEDULE_DELAY: '50',
  };
});
let tenant: TestTenant;
let count = 0;

beforeAll(async () => {
  tenant = await app.createTenant();
  const text = 'The rent is due on the first day of each month.';
  await tenant.admin.post('/v1/documents', { id: 'lease', title: 'Lease', text });
  const settings = { model_name: 'gpt-4', model_fallback: claude, rerank_enabled: true };
  await tenant.admin.patch('/v1/config', settings);
});
beforeAll(setScripts);
afterAll(() => Promise.all([receiver.stop(), gpt.stop(), haiku.stop()]));

/** The model that tenants ask fails, and its fallback answers. */
function setScripts(): void {
  gpt.setScript(failWith(503, { error: { message: 'overloaded' } }));
  haiku.setScript(
    streamAll(anthropic.begin, anthropic.textEvent('On the first.'), anthropic.finish, anthropic.terminal),
  );
}

/** Sends a request in a trace of its own, and returns the id of the trace. */
async function sendInTrace(
  path: string,
  body: object,
  { flags = '01', method = 'POST' }: { flags?: string; method?: 'POST' | 'PATCH' } = {},
): Promise<{ traceId: string; status: number }> {
  const traceId = newTraceId();
  const response = await fetchInTrace(traceId, path, { method, flags, body });
  await response.text();
  return { traceId, status: response.status };
}

function newTraceId(): string {
  count += 1;
  return count.toString(16).padStart(32, 'a');
}

interface TracedRequest {
  readonly method: 'POST' | 'PATCH';
  readonly flags: string;
  readonly body: object;
  readonly signal?: AbortSignal;
}

function fetchInTrace(
  traceId: string,
  path: string,
  { method, flags, body, signal = AbortSignal.timeout(60_000) }: TracedRequest,
): Promise<Response> {
  return fetch(`${app.replica.url}${path}`, {
    method,
    signal,
    headers: {
      authorization: `Bearer ${tenant.adminKey}`,
      'content-type': 'application/json',
      traceparent: `00-${traceId}-00f067aa0ba902b7-${flags}`,
    },
    body: JSON.stringify(body),
  });
}

/** The spans of a trace, once its request has ended. */
function spansOf(traceId: string): Promise<ReceivedSpan[]> {
  return waitFor(async () => {
    const spans = receiver.spans.filter((span) => span.traceId === traceId);
    return spans.some(({ kind }) => kind === 'server') ? spans : null;
  });
}

/** The access log's line of a query. */
function logLineOf(traceId: string): Promise<string> {
  return waitFor(() => {
    const lines = app.replica.output().split('\n');
    return lines.find((one) => one.includes(traceId) && one.includes('"/v1/query"')) ?? null;
  });
}

function find(spans: readonly ReceivedSpan[], name: string): ReceivedSpan {
  const span = spans.find((one) => one.name === name);
  if (span === undefined) throw new Error(`no span ${name} among ${spans.map((one) => one.name).join(', ')}`);
  return span;
}

describe('the trace of a query', () => {
  let spans: ReceivedSpan[];
  let traceId: string;

  beforeAll(async () => {
    ({ traceId } = await sendInTrace('/v1/query', { question, stream: true }));
    spans = await spansOf(traceId);
  });

  it('has query, retrieval, rerank and each model under the request, which continues the trace of the caller', () => {
    const request = find(spans, 'POST /v1/query');
    expect([request.kind, request.parentId]).toEqual(['server', '00f067aa0ba902b7']);
    const query = find(spans, 'query');
    expect(query.parentId).toBe(request.spanId);
    for (const name of ['retrieval', 'rerank', 'chat gpt-4', `chat ${claude}`])
      expect([name, find(spans, name).parentId]).toEqual([name, query.spanId]);
  });

  it('says whose query it is, which version of the configuration applied, and what it cost', () => {
    expect(find(spans, 'query')).toMatchObject({
      kind: 'internal',
      hasFailed: false,
      attributes: {
        'tenant.id': 'tenant-1',
        'gen_ai.prompt.version': '2',
        'gen_ai.request.model': 'gpt-4',
        'gen_ai.response.model': claude,
        'attune.fallback.used': true,
        'attune.fallback.reason': 'server_error',
        'attune.query.outcome': 'answered',
      },
    });
    expect(find(spans, 'query').attributes['attune.cost_usd']).toBeGreaterThan(0);
    expect(find(spans, 'retrieval').attributes).toMatchObject({
      'gen_ai.operation.name': 'retrieval',
      'gen_ai.data_source.id': 'tenant-1',
      'attune.retrieval.chunks': 1,
    });
    expect(find(spans, 'POST /v1/query').attributes).toMatchObject({
      'http.route': '/v1/query',
      'http.response.status_code': 200,
      'tenant.id': 'tenant-1',
    });
  });

  it('shows the calls to the model that failed, and the tokens of the one that answered', () => {
    const failed = find(spans, 'chat gpt-4');
    expect(failed).toMatchObject({
      kind: 'client',
      hasFailed: true,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'error.type': 'server_error',
      },
    });
    expect(failed.events.map(({ attributes }) => attributes['attune.attempt.outcome'])).toEqual([
      'server_error',
      'server_error',
    ]);
    expect(find(spans, `chat ${claude}`)).toMatchObject({
      kind: 'client',
      hasFailed: false,
      attributes: {
        'gen_ai.provider.name': 'anthropic',
        'gen_ai.response.model': claude,
        'gen_ai.usage.input_tokens': 100,
        'gen_ai.usage.output_tokens': 10,
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.request.stream': true,
      },
    });
  });

  it('the trace has statements of Postgres under it', () => {
    const ids = new Set(spans.map(({ spanId }) => spanId));
    const statements = spans.filter(({ attributes }) => attributes['db.system.name'] === 'postgresql');
    expect(statements.length).toBeGreaterThan(0);
    expect(statements.every(({ parentId }) => ids.has(parentId))).toBe(true);
  });

  it('continues at the servers of models', () => {
    const sent = haiku.calls.at(-1)!.headers['traceparent'];
    expect(sent).toBe(`00-${traceId}-${find(spans, `chat ${claude}`).spanId}-01`);
  });

  it('contains no question, no answer and no key', () => {
    const all = JSON.stringify(receiver.spans);
    for (const secret of ['Unmistakable', 'On the first', 'first day', 'a-key', tenant.adminKey])
      expect(all).not.toContain(secret);
  });

  it('names the service, its version and the replica', () => {
    expect(find(spans, 'query').resource).toMatchObject({
      'service.name': 'attune',
      'service.version': expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
      'service.instance.id': expect.any(String) as string,
      'deployment.environment.name': 'test',
    });
  });

  it('the access log and the latency of the route lead to it', async () => {
    expect(JSON.parse(await logLineOf(traceId))).toMatchObject({
      trace_id: traceId,
      status: 200,
      version: expect.any(String) as string,
    });
    const response = await fetch(`${app.replica.url}/metrics`, {
      headers: {
        authorization: `Bearer ${app.replica.platformKey}`,
        accept: 'application/openmetrics-text',
      },
    });
    expect(await response.text()).toMatch(
      new RegExp(
        `attune_http_request_duration_seconds_bucket\\{.*route="/v1/query".*# \\{trace_id="${traceId}"\\}`,
      ),
    );
  });
});

describe('traces', () => {
  it('a change has its statements and the message over Redis', async () => {
    const { traceId } = await sendInTrace('/v1/config', { temperature: 0.2 }, { method: 'PATCH' });
    const spans = await spansOf(traceId);
    expect(find(spans, 'PATCH /v1/config').attributes['http.response.status_code']).toBe(200);
    expect(spans.map(({ attributes }) => attributes['db.system.name'])).toEqual(
      expect.arrayContaining(['postgresql', 'redis']),
    );
  });

  it('a trace that its caller does not keep is not sent, and its models are told so', async () => {
    const { traceId: dropped } = await sendInTrace('/v1/query', { question }, { flags: '00' });
    expect(haiku.calls.at(-1)!.headers['traceparent']).toMatch(new RegExp(`^00-${dropped}-\\w{16}-00$`));
    const { traceId: kept } = await sendInTrace('/v1/query', { question });
    await spansOf(kept);
    expect(receiver.spans.filter(({ traceId }) => traceId === dropped)).toEqual([]);
  });

  it('a request whose client leaves ends its span and is logged', async () => {
    const client = new AbortController();
    for (const model of [gpt, haiku]) model.setScript(() => client.abort());
    const traceId = newTraceId();
    const request = { method: 'POST', flags: '01', body: { question }, signal: client.signal } as const;
    await expect(fetchInTrace(traceId, '/v1/query', request)).rejects.toThrow('aborted');
    const spans = await spansOf(traceId);
    expect(find(spans, 'POST /v1/query').attributes['http.response.status_code']).toBe(499);
    expect(JSON.parse(await logLineOf(traceId))).toMatchObject({ status: 499, disconnected: true });
    setScripts();
  });

  it('prepared responses and probes make no span', async () => {
    for (let read = 0; read < 3; read += 1) await tenant.admin.get('/v1/config');
    await tenant.admin.get('/health/ready');
    const before = receiver.spans.length;
    await tenant.admin.get('/v1/config');
    await tenant.admin.get('/health/ready');
    const { traceId } = await sendInTrace('/v1/query', { question });
    await spansOf(traceId);
    const names = receiver.spans.slice(before).map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('GET '))).toEqual([]);
  });

  it('the exporter sends to the path and with the credentials of Langfuse', () => {
    expect(receiver.requests.length).toBeGreaterThan(0);
    for (const { path, headers } of receiver.requests) {
      expect(path).toBe('/api/public/otel/v1/traces');
      expect(headers).toMatchObject({
        authorization: `Basic ${keys}`,
        'content-type': 'application/x-protobuf',
      });
    }
  });
});
