import { expectProblem } from '../../app/expect-problem.js';
import { type Rollout, aRolloutRequest, getRollout, rolloutsPath } from './rollout-requests.js';
import { type Problem, createTenant, fieldErrorsIn, useTestApp } from '../../app/test-app.js';

const app = useTestApp();
let runningRolloutIds: string[] = [];

afterEach(async () => {
  for (const id of runningRolloutIds) await app.platform.post(`${rolloutsPath}/${id}/abort`);
  runningRolloutIds = [];
});

async function startRollout(some: object = {}): Promise<Rollout> {
  const { status, body } = await app.platform.post<Rollout>(rolloutsPath, aRolloutRequest(some));
  expect({ status, body }).toMatchObject({ status: 201 });
  runningRolloutIds.push(body.id);
  return body;
}

describe('POST /v1/platform/rollouts', () => {
  it.each([
    [{ name: '' }, ['name: min', 'name: pattern']],
    [{ name: ' ' }, ['name: pattern']],
    [{ name: 'x'.repeat(201) }, ['name: max_length']],
    [{ percentage: 101 }, ['percentage: max']],
    [{ percentage: -1 }, ['percentage: min']],
    [{ percentage: '10' }, ['percentage: type']],
    [{ unit: 'user' }, ['unit: enum']],
    [{ guardrails: {} }, ['guardrails.min_samples: required']],
    [
      { guardrails: { min_samples: 0, max_error_rate: 2, max_speed: 1 } },
      [
        'guardrails.max_error_rate: max',
        'guardrails.max_speed: unknown_field',
        'guardrails.min_samples: min',
      ],
    ],
    [{ guardrails: null }, ['guardrails: type']],
    [{ selector: {} }, ['selector: required']],
    [{ selector: { tenant_ids: ['nobody'] } }, ['selector.tenant_ids: enum']],
    [{ selector: null, changes: null }, ['changes: type', 'selector: type']],
    [{ changes: {} }, ['changes: required']],
    [
      { changes: { temperature: 9, tone: 'kind', ui_logo_url: null } },
      ['changes.temperature: max', 'changes.tone: unknown_field', 'changes.ui_logo_url: type'],
    ],
    [
      { unit: 'query', changes: { max_documents: 200 } },
      ['changes.max_documents: combination', 'unit: combination'],
    ],
    [{ state: 'promoted' }, ['state: unknown_field']],
  ])('refuses %j', async (some, faults) => {
    const answer = await app.platform.post<Problem>(rolloutsPath, aRolloutRequest(some));
    expectProblem(answer, 400, 'invalid-input');
    expect(fieldErrorsIn(answer.body)).toEqual(faults);
  });

  it.each(['nonsense', '9f2c7d1e5b8a4c3f9f2c7d1e5b8a4c3f', '%00', 'x'.repeat(300)])(
    'answers 404 for the id %s',
    async (id) => {
      const answers = await Promise.all([
        app.platform.get(`${rolloutsPath}/${id}`),
        app.platform.patch(`${rolloutsPath}/${id}`, { percentage: 1 }),
        app.platform.post(`${rolloutsPath}/${id}/promote`),
        app.platform.post(`${rolloutsPath}/${id}/abort`),
      ]);
      for (const answer of answers) expectProblem(answer, 404, 'not-found');
    },
  );

  it('refuses an unknown query parameter, cursor or body field', async () => {
    const { id: tenantId } = await createTenant(app.platform, 'strict');
    const { id } = await startRollout({ selector: { tenant_ids: [tenantId] } });
    const answers = await Promise.all([
      app.platform.get(`${rolloutsPath}?cursor=abc`),
      app.platform.get(`${rolloutsPath}?limit=0`),
      app.platform.get(`${rolloutsPath}/${id}?preview=true`),
      app.platform.patch(`${rolloutsPath}/${id}`, { percentage: 50, state: 'promoted' }),
      app.platform.patch(`${rolloutsPath}/${id}`, {}),
      app.platform.post(`${rolloutsPath}/${id}/abort?now=true`),
    ]);
    for (const answer of answers) expectProblem(answer, 400, 'invalid-input');
    expect(await getRollout(app.platform, id)).toMatchObject({ state: 'running', percentage: 100 });
  });

  it('refuses every credential of a tenant', async () => {
    const { admin, member, id: tenantId } = await createTenant(app.platform, 'curious');
    const { id } = await startRollout({ selector: { tenant_ids: [tenantId] } });
    for (const client of [admin, member]) {
      const answers = await Promise.all([
        client.get(rolloutsPath),
        client.post(rolloutsPath, aRolloutRequest()),
        client.get(`${rolloutsPath}/${id}`),
        client.patch(`${rolloutsPath}/${id}`, { percentage: 0 }),
        client.post(`${rolloutsPath}/${id}/promote`),
        client.post(`${rolloutsPath}/${id}/abort`),
        client.get(`${rolloutsPath}/nonsense`),
      ]);
      for (const answer of answers) expectProblem(answer, 403, 'forbidden');
    }
    expectProblem(await app.platform.as(null).get(rolloutsPath), 401, 'unauthenticated');
    expect(await getRollout(app.platform, id)).toMatchObject({ state: 'running', percentage: 100 });
  });
});
