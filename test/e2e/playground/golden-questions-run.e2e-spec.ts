import { failsWith } from '../../../libs/rag/testing/llm/mock-upstream.js';
import { expectProblem } from '../../app/expect-problem.js';
import {
  type Problem,
  createTenant,
  fieldErrorsIn,
  getConfiguration,
  getHistory,
} from '../../app/test-app.js';
import { type GoldenQuestion, rent, route, useGoldenQuestions } from './golden-questions-app.js';

interface Run {
  readonly passed: number;
  readonly failed: number;
  readonly results: readonly Record<string, unknown>[];
}

const fixture = useGoldenQuestions('golden-run', { CONFIG_TESTS_PER_HOUR: '3' });
const { app } = fixture;

const add = async (golden: object) => (await fixture.tenant.admin.post<GoldenQuestion>(route, golden)).body;
const run = (body?: object) => fixture.tenant.admin.post<Run>(`${route}/run`, body);

describe('PATCH /v1/golden-questions/{id}', () => {
  it('changes the fields that are sent, keeps id and place, and is audited', async () => {
    const first = await add(rent);
    await add({ question: 'Who pays?' });
    const edit = (body: object) => fixture.tenant.admin.patch(`${route}/${first.id}`, body);
    const edited = { ...first, question: 'When do I pay?' };
    expect((await edit({ question: 'When do I pay?' })).body).toEqual(edited);
    const withoutPhrases = { ...edited, expect_phrases: [] };
    expect((await edit({ expect_phrases: null })).body).toEqual(withoutPhrases);
    expect((await edit({})).body).toEqual(withoutPhrases);
    const { items } = (await fixture.tenant.admin.get<{ items: GoldenQuestion[] }>(route)).body;
    expect(items.map(({ id }) => id)[1]).toBe(first.id);
    expect(items[1]).toEqual(withoutPhrases);
    const audit = await app.platform.get<{ items: { action: string }[] }>(
      `/v1/platform/audit?tenant_id=${fixture.tenant.id}&action=golden_question.update`,
    );
    expect(audit.body.items).toHaveLength(2);
  });

  it('refuses wrong fields in one answer, another tenant, members and unknown ids', async () => {
    const { id } = await add(rent);
    const answer = await fixture.tenant.admin.patch<Problem>(`${route}/${id}`, {
      question: null,
      expect_phrases: [' '],
      more: 1,
    });
    expectProblem(answer, 400, 'invalid-input');
    expect(fieldErrorsIn(answer.body)).toEqual([
      'expect_phrases.0: pattern',
      'more: unknown_field',
      'question: type',
    ]);
    const other = await createTenant(app.platform, `${fixture.tenant.id}-other`);
    expectProblem(await other.admin.patch(`${route}/${id}`, { question: 'x' }), 404, 'not-found');
    expectProblem(await fixture.tenant.admin.patch(`${route}/zz`, { question: 'x' }), 404, 'not-found');
    const noObject = { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: 'null' };
    expectProblem(await fixture.tenant.admin.send(`${route}/${id}`, noObject), 400, 'invalid-input');
    expectProblem(await fixture.tenant.member.patch(`${route}/${id}`, { question: 'x' }), 403, 'forbidden');
  });
});

describe('POST /v1/golden-questions/run', () => {
  it('asks every question under the patch, reports each answer, and saves nothing', async () => {
    const { id } = await add({ ...rent, expect_sources: ['lease', 'terms'] });
    const other = await add({ question: 'Does anything come?' });
    const before = [await getConfiguration(fixture.tenant.admin), await getHistory(fixture.tenant.admin)];
    const { status, body } = await run({ patch: { model_name: 'gpt-4' } });
    expect([status, body.passed, body.failed]).toEqual([200, 1, 1]);
    const usage = expect.objectContaining({ prompt_tokens: 100, completion_tokens: 10 });
    expect(body.results).toEqual([
      {
        id,
        question: rent.question,
        passed: false,
        missing_sources: ['terms'],
        missing_phrases: rent.expect_phrases,
        error: null,
        answer: 'I do not know.',
        usage,
      },
      expect.objectContaining({ id: other.id, passed: true, answer: 'I do not know.' }),
    ]);
    expect([await getConfiguration(fixture.tenant.admin), await getHistory(fixture.tenant.admin)]).toEqual(
      before,
    );
  });

  it('asks under the settings of today without a patch, and is metered and counted as one test', async () => {
    await add(rent);
    await add({ question: 'Who pays?' });
    const { body } = await run();
    expect([body.passed, body.failed]).toEqual([2, 0]);
    const { quota } = (await fixture.tenant.admin.get<{ quota: { used: number } }>('/v1/usage')).body;
    expect(quota.used).toBe(2);
    expect((await run({})).status).toBe(200);
    expect((await run({ patch: null })).status).toBe(200);
    expectProblem(await run(), 429, 'rate-limited');
  });

  it('reports a question that no model answers with the reason', async () => {
    await add(rent);
    fixture.upstream.setBehaviour('gpt-4', failsWith(400));
    const { body } = await run({ patch: { model_name: 'gpt-4' } });
    expect(body.results).toMatchObject([
      { passed: false, answer: null, usage: null, error: expect.stringContaining('gpt-4') },
    ]);
  });

  it('answers 409 without golden questions, which counts as no test, and 400 with all errors of the patch', async () => {
    expectProblem(await run(), 409, 'conflict');
    await add(rent);
    const answer = await fixture.tenant.admin.post<Problem>(`${route}/run`, {
      patch: { temperature: 9, colour: 1 },
      more: 1,
    });
    expectProblem(answer, 400, 'invalid-input');
    expect(fieldErrorsIn(answer.body)).toEqual([
      'more: unknown_field',
      'patch.colour: unknown_field',
      'patch.temperature: max',
    ]);
    expectProblem(await fixture.tenant.member.post(`${route}/run`, {}), 403, 'forbidden');
    for (let count = 0; count < 3; count += 1) expect((await run()).status).toBe(200);
  });
});
