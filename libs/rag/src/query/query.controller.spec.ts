import { UpstreamError } from '#kernel';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { QueryController } from './query.controller.js';
import type { QueryEvent } from './query-pipeline.js';
import type { QueryLogFields } from './recording/query-log-fields.js';
import type { QueryRequest } from './query.request.js';
import type { QueryResponse } from './query.response.js';
import type { QueryInput, QueryService, QueryStream } from './query.service.js';

const response = { answer: 'Due on the first.', config_version: 7 } as QueryResponse;
const upstreamError = new UpstreamError('failed', 'No model answered.');

const appliedVersion = { configVersion: 7, configSource: 'stale' } as const;

class FakeQueries {
  readonly inputs: QueryInput[] = [];
  isFailing = false;

  async answer(input: QueryInput, _client: AbortSignal, onFinished: (fields: QueryLogFields) => void) {
    this.inputs.push(input);
    onFinished({ model_used: 'gpt-4' });
    return { ...appliedVersion, response, chunks: [] };
  }

  async stream(input: QueryInput): Promise<QueryStream> {
    this.inputs.push(input);
    return { ...appliedVersion, events: this.events() };
  }

  private async *events(): AsyncGenerator<QueryEvent, void> {
    yield { event: 'sources', data: [], modelUsed: 'gpt-4' };
    yield { event: 'token', data: { text: 'Due on the first.' } };
    if (this.isFailing) throw upstreamError;
    yield { event: 'done', data: response, chunks: [] };
  }
}

describe('POST /v1/query', () => {
  let server: FastifyInstance;
  let queries: FakeQueries;
  let logFields: FastifyRequest['logFields'];

  beforeEach(() => {
    queries = new FakeQueries();
    const controller = new QueryController(queries as unknown as QueryService);
    const principal = { actor: 'key:k1', subject: 'k1', role: 'member', tenantId: 'acme-law' } as const;
    server = fastify();
    server.post<{ Body: QueryRequest }>('/', async (request, reply) => {
      await controller.ask(
        request.body,
        Object.assign(reply, { request: Object.assign(request, { principal }) }),
      );
      return reply;
    });
    server.addHook('onResponse', async (request) => {
      logFields = request.logFields;
    });
  });
  afterEach(() => server.close());

  const post = (body: object) => server.inject({ method: 'POST', url: '/', payload: body });

  it('names the applied configuration in headers and adds the outcome to the access log', async () => {
    const { headers, body } = await post({ question: 'When?' });
    expect(JSON.parse(body)).toEqual(response);
    expect(headers).toMatchObject({ 'attune-config-version': '7', 'attune-config-source': 'stale' });
    expect(logFields).toEqual({ model_used: 'gpt-4' });
  });

  it('uses user_id as the subject, else the subject of the credential', async () => {
    await post({ question: 'When?', user_id: 'ann' });
    await post({ question: 'When?' });
    expect(queries.inputs).toEqual([
      { tenantId: 'acme-law', subject: 'ann', question: 'When?' },
      { tenantId: 'acme-law', subject: 'k1', question: 'When?' },
    ]);
  });

  it('answers with server-sent events when stream is true', async () => {
    const { headers, body } = await post({ question: 'When?', stream: true });
    expect(headers).toMatchObject({
      'attune-config-version': '7',
      'content-type': 'text/event-stream; charset=utf-8',
    });
    expect(body).toBe(
      `event: sources\ndata: []\n\nevent: token\ndata: {"text":"Due on the first."}\n\nevent: done\ndata: ${JSON.stringify(response)}\n\n`,
    );
  });

  it('ends a stream that broke off with an error event and without done', async () => {
    queries.isFailing = true;
    const { body } = await post({ question: 'When?', stream: true });
    expect(body).toContain('event: error\ndata: {"type":"/problems/upstream-failed"');
    expect(body).not.toContain('event: done');
  });
});
