import { failsWith } from '../../../libs/rag/testing/llm/mock-upstream.js';
import { expectProblem } from '../../app/expect-problem.js';
import {
  type Problem,
  type ConfigurationResponse,
  getConfiguration,
  createTenant,
  fieldErrorsIn,
  getHistory,
} from '../../app/test-app.js';
import { type GoldenQuestion, rent, route, useGoldenQuestions } from './golden-questions-app.js';

interface GoldenQuestionPage {
  readonly items: GoldenQuestion[];
  readonly next_cursor: string | null;
}

const fixture = useGoldenQuestions('golden', { QUERY_DEADLINE_MS: '10000' });
const { app } = fixture;

async function createGoldenQuestion(golden: object): Promise<GoldenQuestion> {
  const { status, body } = await fixture.tenant.admin.post<GoldenQuestion>(route, golden);
  expect([status, body]).toEqual([201, body]);
  return body;
}

describe('/v1/golden-questions', () => {
  it('stores questions, lists them newest first in pages, and deletes them', async () => {
    const first = await createGoldenQuestion(rent);
    expect(first).toEqual({ id: expect.any(String), ...rent });
    const second = await createGoldenQuestion({ question: 'Who pays?', expect_phrases: null });
    expect(second).toEqual({
      id: expect.any(String),
      question: 'Who pays?',
      expect_sources: [],
      expect_phrases: [],
    });
    const page = (await fixture.tenant.admin.get<GoldenQuestionPage>(`${route}?limit=1`)).body;
    expect(page.items).toEqual([second]);
    const rest = await fixture.tenant.admin.get<GoldenQuestionPage>(
      `${route}?limit=1&cursor=${page.next_cursor}`,
    );
    expect(rest.body).toEqual({ items: [first], next_cursor: null });
    expect((await fixture.tenant.admin.del(`${route}/${first.id}`)).status).toBe(204);
    expectProblem(await fixture.tenant.admin.del(`${route}/${first.id}`), 404, 'not-found');
    expect((await fixture.tenant.admin.get<GoldenQuestionPage>(route)).body.items).toEqual([second]);
  });

  it('creates a question once for a request that is repeated with its key', async () => {
    const headers = { 'idempotency-key': 'once' };
    const first = await fixture.tenant.admin.post<GoldenQuestion>(route, rent, headers);
    const again = await fixture.tenant.admin.post<GoldenQuestion>(route, rent, headers);
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect((await fixture.tenant.admin.get<GoldenQuestionPage>(route)).body.items).toHaveLength(1);
  });

  it.each<[object, string[]]>([
    [{}, ['question: required']],
    [{ question: '' }, ['question: min', 'question: pattern']],
    [{ question: '\u200b \n' }, ['question: pattern']],
    [{ question: 'x'.repeat(4001) }, ['question: max_length']],
    [{ question: 7, expect_phrases: 'x', more: 1 }, ['expect_phrases: type', 'more: unknown_field', 'question: type']],
    [{ question: 'x', expect_phrases: Array(21).fill('x') }, ['expect_phrases: too_many']],
    [{ question: 'x', expect_sources: [1, 'a\u0000'] }, ['expect_sources.0: type']],
    [
      { question: 'x', expect_phrases: ['ok', ' ', 'x'.repeat(501), '😀'.repeat(500)], expect_sources: [''] },
      ['expect_phrases.1: pattern', 'expect_phrases.2: max_length', 'expect_sources.0: pattern'],
    ],
  ])('refuses a question with all its errors: %#', async (golden, faults) => {
    const answer = await fixture.tenant.admin.post<Problem>(route, golden);
    expectProblem(answer, 400, 'invalid-input');
    expect(fieldErrorsIn(answer.body)).toEqual(faults);
    expect((await fixture.tenant.admin.get<GoldenQuestionPage>(route)).body.items).toEqual([]);
  }); // prettier-ignore

  it('admits only the tenant’s own admins', async () => {
    const { id } = await createGoldenQuestion(rent);
    const other = await createTenant(app.platform, `${fixture.tenant.id}-other`);
    expectProblem(await other.admin.del(`${route}/${id}`), 404, 'not-found');
    expect((await other.admin.get<GoldenQuestionPage>(route)).body.items).toEqual([]);
    for (const client of [fixture.tenant.member, app.platform]) {
      expectProblem(await client.get(route), 403, 'forbidden');
      expectProblem(await client.post(route, rent), 403, 'forbidden');
      expectProblem(await client.del(`${route}/${id}`), 403, 'forbidden');
    }
    for (const strange of ['%00', 'a'.repeat(300), '..', `${id}x`])
      expectProblem(await fixture.tenant.admin.del(`${route}/${strange}`), 404, 'not-found');
    for (const query of ['?limit=0', '?limit=201', '?cursor=x', '?cursor=WyJhIl0', '?question=x'])
      expectProblem(await fixture.tenant.admin.get(route + query), 400, 'invalid-input');
    expect((await fixture.tenant.admin.get<GoldenQuestionPage>(route)).body.items).toHaveLength(1);
  });
});

describe('the gate of golden questions', () => {
  it('admits a change that passes the golden questions', async () => {
    await createGoldenQuestion(rent);
    const { status, body } = await fixture.tenant.admin.patch<ConfigurationResponse>('/v1/config', {
      temperature: 0.2,
      gate: true,
    });
    expect([status, body.version, body['temperature']]).toEqual([200, 2, 0.2]);
    expect(body).not.toHaveProperty('gate');
    expect(fixture.upstream.requests()).toMatchObject([{ model: 'gpt-3.5-turbo', temperature: 0.2 }]);
  });

  it('stops a change that fails golden questions, names them, and changes nothing', async () => {
    const { id } = await createGoldenQuestion({ ...rent, expect_sources: ['lease', 'terms'] });
    await createGoldenQuestion({ question: 'Does anything come?' });
    const before = [await getConfiguration(fixture.tenant.admin), await getHistory(fixture.tenant.admin)];
    const answer = await fixture.tenant.admin.patch<Problem>('/v1/config', {
      model_name: 'gpt-4',
      gate: true,
    });
    expectProblem(answer, 409, 'gate-failed');
    expect(answer.body['failures']).toEqual([
      {
        id,
        question: rent.question,
        missing_sources: ['terms'],
        missing_phrases: rent.expect_phrases,
        error: null,
      },
    ]);
    expect([await getConfiguration(fixture.tenant.admin), await getHistory(fixture.tenant.admin)]).toEqual(
      before,
    );
  });

  it('stops a change to a model that does not answer', async () => {
    await createGoldenQuestion(rent);
    fixture.upstream.setBehaviour('gpt-4', failsWith(400));
    const answer = await fixture.tenant.admin.patch<Problem>('/v1/config', {
      model_name: 'gpt-4',
      gate: true,
    });
    expectProblem(answer, 409, 'gate-failed');
    expect(answer.body['failures']).toMatchObject([{ error: expect.stringContaining('gpt-4') }]);
  });

  it('applies to rollbacks and to the platform’s changes', async () => {
    await createGoldenQuestion(rent);
    await fixture.tenant.admin.patch('/v1/config', { model_name: 'gpt-4' });
    await fixture.tenant.admin.patch('/v1/config', { model_name: null });
    const path = `/v1/platform/tenants/${fixture.tenant.id}/config`;
    const stopped = [
      await fixture.tenant.admin.post('/v1/config/rollback', { to_version: 2, gate: true }),
      await app.platform.post(`${path}/rollback`, { to_version: 2, gate: true }),
      await app.platform.patch(path, { model_name: 'gpt-4', gate: true }),
    ];
    for (const answer of stopped) expectProblem(answer, 409, 'gate-failed');
    expect((await getConfiguration(fixture.tenant.admin)).version).toBe(3);
    const back = await fixture.tenant.admin.post<ConfigurationResponse>('/v1/config/rollback', {
      to_version: 1,
      gate: true,
    });
    expect([back.status, back.body.version]).toEqual([200, 3]);
  });

  it('answers 409 without golden questions, and accepts only true or false', async () => {
    expectProblem(
      await fixture.tenant.admin.patch('/v1/config', { temperature: 0.3, gate: true }),
      409,
      'conflict',
    );
    for (const gate of ['true', 1, null]) {
      const answer = await fixture.tenant.admin.patch<Problem>('/v1/config', { temperature: 0.3, gate });
      expectProblem(answer, 400, 'invalid-input');
      expect(fieldErrorsIn(answer.body)).toEqual(['gate: type']);
    }
    expect((await getConfiguration(fixture.tenant.admin)).version).toBe(1);
    const { body } = await fixture.tenant.admin.patch<ConfigurationResponse>('/v1/config', {
      temperature: 0.3,
      gate: false,
    });
    expect(body.version).toBe(2);
  });
});
