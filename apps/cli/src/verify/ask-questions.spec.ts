import { type Server as HttpServer, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AttuneClient } from '../client/attune-client.js';
import { type QuestionResult, askQuestions } from './ask-questions.js';

interface PlaygroundRequestBody {
  readonly question: string;
  readonly compare?: boolean;
}

const run = {
  status: 'success',
  answer: 'On the first.',
  sources: [{ chunk_id: 'lease#1' }],
  model_used: 'gpt-4',
  usage: { cost_usd: 0.01 },
  timings_ms: { config: 0, retrieve: 4, rerank: 0, generate: 96 },
  degraded: [{ stage: 'rerank', reason: 'the reranker failed' }],
};
const expectedRun = {
  answer: 'On the first.',
  sources: ['lease#1'],
  model: 'gpt-4',
  costUsd: 0.01,
  ms: 100,
  degraded: ['rerank: the reranker failed'],
};

describe('askQuestions', () => {
  let http: HttpServer;
  let server: AttuneClient;
  let stop: AbortController;
  let answer: (body: PlaygroundRequestBody) => readonly [status: number, body: object];
  let asked: (PlaygroundRequestBody & { path: string })[];

  beforeEach(async () => {
    asked = [];
    stop = new AbortController();
    http = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = JSON.parse(Buffer.concat(chunks).toString()) as PlaygroundRequestBody;
      asked.push({ path: request.url!, ...body });
      const [status, content] = answer(body);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(content));
    });
    await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));
    server = new AttuneClient(`http://127.0.0.1:${(http.address() as AddressInfo).port}`, 'key');
  });
  afterEach(() => new Promise((closed) => http.close(closed)));

  function ask(...questions: string[]): Promise<(QuestionResult | null)[]> {
    const group = { tenants: ['acme', 'globex'], changes: [], patch: { temperature: 0.2 } };
    const jobs = questions.map((question) => ({ group, question: { id: question, question } }));
    return askQuestions(server, jobs, { concurrency: 1, abort: stop });
  }

  it('asks the first tenant of a group under both settings', async () => {
    answer = () => [200, { ...run, baseline: { ...run, answer: 'Never.' } }];
    expect(await ask('When?')).toMatchObject([
      { before: { ...expectedRun, answer: 'Never.' }, after: expectedRun, error: null },
    ]);
    expect(asked).toEqual([
      {
        path: '/v1/platform/tenants/acme/config/test',
        temperature: 0.2,
        question: 'When?',
        compare: true,
      },
    ]);
  });

  it('has no answer for today when the baseline failed', async () => {
    answer = () => [200, { ...run, baseline: { status: 'failed' } }];
    expect(await ask('When?')).toMatchObject([{ before: null, after: expectedRun, error: null }]);
  });

  it('asks under today’s settings alone when the proposed settings cannot answer', async () => {
    answer = ({ compare }) => (compare ? [502, { detail: 'Both failed.' }] : [200, run]);
    expect(await ask('When?')).toMatchObject([{ before: expectedRun, after: null, error: null }]);
    answer = () => [504, { detail: 'Too late.' }];
    expect(await ask('When?')).toMatchObject([
      { before: null, after: null, error: 'No model answers under either settings: Too late.' },
    ]);
  });

  it('records the error of a question and asks the others', async () => {
    answer = ({ question }) =>
      question === 'one'
        ? [400, { detail: 'Invalid.', errors: [{ field: 'temperature', message: 'Too hot.' }] }]
        : [200, { ...run, baseline: run }];
    expect(await ask('one', 'two')).toMatchObject([{ error: 'Too hot.' }, { error: null }]);
  });

  it('returns the answers so far when it is stopped', async () => {
    answer = ({ question }) => {
      if (question === 'two') stop.abort(new Error('interrupted'));
      return [200, { ...run, baseline: run }];
    };
    expect(await ask('one', 'two', 'three')).toMatchObject([{ error: null }, null, null]);
    expect(asked).toHaveLength(2);
  });

  it('stops when the service refuses the key', async () => {
    answer = ({ question }) => (question === 'one' ? [200, { ...run, baseline: run }] : [401, {}]);
    const [one, two, three] = await ask('one', 'two', 'three');
    expect([one!.error, two!.error, three]).toEqual([
      null,
      expect.stringContaining('does not accept the key'),
      null,
    ]);
    expect(stop.signal.aborted).toBe(true);
  });
});
