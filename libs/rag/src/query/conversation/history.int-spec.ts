import type { ApiClient } from '#testing';
import { type RagApp, startRagApp } from '../../../testing/rag-app.js';
import type { QueryResponse } from '../query.response.js';

const first = 'What does the moving company in Lisbon charge?';
const history = [
  { role: 'user', content: first },
  { role: 'assistant', content: 'It charges 90 euros an hour. [1]' },
];

describe('POST /v1/query with a history', () => {
  let app: RagApp;
  let acme: ApiClient;

  beforeAll(async () => {
    app = await startRagApp();
    acme = await app.newTenant();
    const texts = {
      madrid: 'The cleaning service in Madrid has a good insurance.',
      lisbon: 'The moving company in Lisbon has a good insurance.',
      paris: 'The gardener in Paris works on Mondays.',
    };
    for (const [id, text] of Object.entries(texts)) await acme.post('/v1/documents', { id, title: id, text });
    await acme.patch('/v1/config', { retrieval_top_k: 1, retrieval_alpha: 0 });
  });

  afterAll(() => app.close());

  const ask = (body: object) => acme.post<QueryResponse>('/v1/query', body);
  const foundBy = async (body: object) => (await ask(body)).body.sources.map(({ doc_id }) => doc_id);

  it('finds what a follow-up question is about', async () => {
    const question = 'And its insurance?';
    expect(await foundBy({ question })).toEqual(['madrid']);
    expect(await foundBy({ question, history })).toEqual(['lisbon']);
  });

  it('still finds the answer to a question about something else', async () => {
    expect(await foundBy({ question: 'When does the gardener in Paris work?', history })).toEqual(['paris']);
  });

  it('the answer says for what it searched, unless that was the question alone', async () => {
    const question = 'And its insurance?';
    const searched = async (body: object) => (await ask({ question, ...body })).body.search_questions;
    expect(await searched({ history })).toEqual([question, `${first}\n${question}`]);
    expect(await searched({})).toBeUndefined();
    expect(await searched({ history: [{ role: 'assistant', content: 'Hello.' }] })).toBeUndefined();
  });

  it('counts the turns in the tokens of the prompt', async () => {
    const tokens = async (body: object) => (await ask({ question: first, ...body })).body.usage.prompt_tokens;
    expect(await tokens({ history: [{ role: 'user', content: 'one two three' }] })).toBe(
      (await tokens({})) + 3,
    );
  });

  it('refuses more than 20 turns, unknown roles and contents that are too long, all at once', async () => {
    const wrong = { role: 'system', content: 'x'.repeat(4001) };
    const { status, body } = await ask({
      question: 'Why?',
      history: Array.from({ length: 21 }, () => wrong),
    });
    const { errors } = body as unknown as { errors: { field: string; rule: string }[] };
    const found = errors.map(({ field, rule }) => `${field} ${rule}`);
    expect(status).toBe(400);
    expect(found).toEqual(
      expect.arrayContaining(['history too_many', 'history.0.role enum', 'history.20.content max_length']),
    );
  });
});
