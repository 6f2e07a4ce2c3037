import { bulkPath, runBulkUpdate } from './bulk-operations.js';
import { expectProblem } from '../../app/expect-problem.js';
import { type Problem, type TestTenant, fieldErrorsIn, useTestApp } from '../../app/test-app.js';

const app = useTestApp('chosen');

describe('the selector of a bulk update', () => {
  let basic: TestTenant;
  let pro: TestTenant;
  let odd: TestTenant;

  beforeAll(async () => {
    await app.platform.put('/v1/platform/plans/selected', {
      defaults: { ui_primary_color: '#00ff00' },
      allowed_tiers: ['economy'],
      allowed_models: [],
      ceilings: {},
      locked_settings: [],
    });
    basic = await app.createTenant('selected');
    pro = await app.createTenant('selected');
    odd = await app.createTenant('enterprise');
    await pro.admin.patch('/v1/config', { temperature: 0.123 });
    await odd.admin.patch('/v1/config', { temperature: 0.123 });
  });

  async function matched(selector: object): Promise<number> {
    const body = { selector, changes: { max_tokens: 1500 }, reason: 'to see', dry_run: true };
    const answer = await app.platform.post<{ matched: number }>(bulkPath, body);
    expect(answer.status).toBe(200);
    return answer.body.matched;
  }

  it.each<[string, object, number]>([
    ['plans', { plans: ['selected'] }, 2],
    ['a resolved value of the tenant’s own', { where: { temperature: 0.123 } }, 2],
    ['a resolved value of the plan', { where: { ui_primary_color: '#00ff00' } }, 2],
    ['one of several values', { where: { temperature: [0.123, 0.7] }, plans: ['selected'] }, 2],
    ['several conditions at once', { where: { temperature: 0.123, ui_primary_color: '#00ff00' } }, 1],
    [
      'plans and conditions together',
      { plans: ['selected', 'enterprise'], where: { temperature: 0.123 } },
      2,
    ],
  ])('narrows by %s', async (_, selector, expected) => {
    expect(await matched(selector)).toBe(expected);
  });

  it('names tenants and excludes some', async () => {
    expect(await matched({ tenant_ids: [basic.id, pro.id, basic.id] })).toBe(2);
    expect(await matched({ tenant_ids: [basic.id, odd.id], plans: ['selected'] })).toBe(1);
    expect(await matched({ plans: ['selected'], exclude: [pro.id] })).toBe(1);
  });

  it('selects all tenants only when asked explicitly', async () => {
    const [{ tenants }] = (await app.asSuperuser<{ tenants: number }>(
      'SELECT count(*)::int AS tenants FROM tenants',
    )) as [{ tenants: number }];
    expect(await matched({ all: true })).toBe(tenants);
    expect(await matched({ all: true, exclude: [pro.id] })).toBe(tenants - 1);
  });

  it.each<[string, object, string[]]>([
    ['is empty', { selector: {} }, ['selector: required']],
    ['only excludes', { selector: { exclude: [] } }, ['selector: required']],
    ['names nothing', { selector: { tenant_ids: [] } }, ['selector.tenant_ids: required']],
    ['says all: false', { selector: { all: false } }, ['selector: required']],
    ['names unknown plans', { selector: { plans: ['pro', 'no-plan'] } }, ['selector.plans: enum']],
    [
      'names unknown tenants',
      { selector: { tenant_ids: ['nobody', 'no one'], exclude: ['gone'] } },
      ['selector.exclude: enum', 'selector.tenant_ids: enum', 'selector.tenant_ids: enum'],
    ],
    [
      'names unknown settings',
      { selector: { where: { temprature: 1 } } },
      ['selector.where.temprature: unknown_field'],
    ],
    [
      'asks for impossible values',
      { selector: { where: { temperature: 'hot' } } },
      ['selector.where.temperature: type'],
    ],
    ['has unknown keys', { selector: { al: true } }, ['selector.al: unknown_field']],
  ])('fails validation when it %s', async (_, { selector }: { selector?: object }, faults) => {
    const answer = await app.platform.post<Problem>(bulkPath, {
      selector,
      changes: { temperature: 1 },
      reason: 'x',
    });
    expectProblem(answer, 400, 'invalid-input');
    expect(fieldErrorsIn(answer.body)).toEqual(faults);
  });
});

describe('POST /v1/platform/bulk-updates', () => {
  const selector = { all: true };

  it.each<[string, object, string[]]>([
    ['without a body’s parts', {}, ['changes: required', 'reason: required', 'selector: required']],
    ['without a change', { selector, changes: {}, reason: 'x' }, ['changes: required']],
    ['without a reason', { selector, changes: { temperature: 1 }, reason: '' }, ['reason: min']],
    [
      'with values that nobody could have',
      { selector, changes: { temperature: 9, model_name: 'gpt-99', colour: 1, force: true }, reason: 'x' },
      [
        'changes.colour: unknown_field',
        'changes.force: unknown_field',
        'changes.model_name: enum',
        'changes.temperature: max',
      ],
    ],
    [
      'with faults of the selector too',
      { selector: { plans: ['no'] }, changes: { prompt_variables: { 'a b': 1 } }, reason: 'x' },
      ['changes.prompt_variables.a b: pattern', 'selector.plans: enum'],
    ],
  ])('refuses a bulk update %s', async (_, body, faults) => {
    const before = await app.asSuperuser('SELECT count(*) FROM bulk_operations');
    const answer = await app.platform.post<Problem>(bulkPath, body);
    expectProblem(answer, 400, 'invalid-input');
    expect(fieldErrorsIn(answer.body)).toEqual(faults);
    expect(await app.asSuperuser('SELECT count(*) FROM bulk_operations')).toEqual(before);
  });

  it('refuses everybody but platform admins', async () => {
    const { admin, member } = await app.createTenant();
    const operation = await runBulkUpdate(app.platform, {
      selector: { plans: ['basic'] },
      changes: { temperature: 1 },
    });
    for (const client of [admin, member]) {
      expectProblem(await client.post(bulkPath, { selector, changes: {}, reason: 'x' }), 403, 'forbidden');
      for (const path of ['', `/${operation.id}`, `/${operation.id}/items`, `/${operation.id}/events`])
        expectProblem(await client.get(bulkPath + path), 403, 'forbidden');
      for (const act of ['cancel', 'revert'])
        expectProblem(await client.post(`${bulkPath}/${operation.id}/${act}`), 403, 'forbidden');
    }
  });

  it.each(['nothing-of-that-name', 'ffffffffffffffffffffffffffffffff', '%00', '..%2f', 'É'])(
    'answers 404 for the id %s',
    async (id) => {
      for (const path of ['', '/items', '/events'])
        expectProblem(await app.platform.get(`${bulkPath}/${id}${path}`), 404, 'not-found');
      for (const act of ['cancel', 'revert'])
        expectProblem(await app.platform.post(`${bulkPath}/${id}/${act}`), 404, 'not-found');
    },
  );

  it('refuses an unknown outcome or cursor in the list of items', async () => {
    const { id } = await runBulkUpdate(app.platform, {
      selector: { plans: ['basic'] },
      changes: { temperature: 1 },
    });
    for (const search of ['outcome=good', 'cursor=x', 'limit=0', 'limit=201', 'page=1'])
      expectProblem(await app.platform.get(`${bulkPath}/${id}/items?${search}`), 400, 'invalid-input');
    for (const search of ['cursor=WyJcdTAwMDAiXQ', 'limit=0', 'state=queued'])
      expectProblem(await app.platform.get(`${bulkPath}?${search}`), 400, 'invalid-input');
  });
});
