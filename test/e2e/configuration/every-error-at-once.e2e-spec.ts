import { expectProblem } from '../../app/expect-problem.js';
import {
  type Problem,
  type TestTenant,
  createTenant,
  fieldErrorsIn,
  useTestApp,
} from '../../app/test-app.js';

const app = useTestApp();
let tenant: TestTenant;

beforeAll(async () => {
  tenant = await createTenant(app.platform, 'at-once', 'pro');
});

const past = '2020-01-01T00:00:00Z';
const platformTenant = '/v1/platform/tenants/at-once';

describe('one answer lists every error of a request', () => {
  it.each<[string, string, object, string[]]>([
    [
      'POST',
      '/v1/platform/tenants',
      { tenant_id: 'T 1', name: '', plan: 'gold' },
      ['name: min', 'plan: enum', 'tenant_id: pattern'],
    ],
    ['PATCH', platformTenant, { name: '', plan: 'gold' }, ['name: min', 'plan: enum']],
    [
      'POST',
      '/v1/platform/bulk-updates',
      { selector: { plan: 'pro' }, changes: { max_tokens: 9_000_000 } },
      ['changes.max_tokens: max', 'reason: required', 'selector.plan: unknown_field'],
    ],
    [
      'POST',
      '/v1/platform/bulk-updates?dry_run=true',
      { selector: { plans: ['gold'], tenant_ids: ['nobody'] }, changes: { temprature: 1 }, reason: '' },
      [
        'changes.temprature: unknown_field',
        'dry_run: unknown_field',
        'reason: min',
        'selector.plans: enum',
        'selector.tenant_ids: enum',
      ],
    ],
    [
      'POST',
      '/v1/platform/rollouts',
      { name: ' ', selector: {}, changes: { temperature: 3 }, unit: 'user', percentage: 101 },
      [
        'changes.temperature: max',
        'guardrails: required',
        'name: pattern',
        'percentage: max',
        'selector: required',
        'unit: enum',
      ],
    ],
    [
      'PUT',
      '/v1/platform/plans/Gold',
      { defaults: { temperature: 3 }, allowed_tiers: ['premum'], ceilings: 5 },
      [
        'allowed_models: required',
        'allowed_tiers: enum',
        'ceilings: type',
        'defaults.temperature: max',
        'locked_settings: required',
        'plan: pattern',
      ],
    ],
    [
      'PUT',
      '/v1/platform/models/none?preview=maybe',
      { provider: 'openai-compatible', tier: 'gold', temperature: { min: 2, max: 1 } },
      [
        'base_url: required',
        'context_window: required',
        'id: pattern',
        'input_usd_per_mtok: required',
        'max_output_tokens: required',
        'output_usd_per_mtok: required',
        'preview: type',
        'temperature.max: combination',
        'temperature.min: combination',
        'tier: enum',
      ],
    ],
    [
      'PUT',
      `${platformTenant}/managed`,
      { settings: { temperature: 3, tone: 'x' } },
      [
        'base_version: required',
        'settings.temperature: max',
        'settings.tone: unknown_field',
        'source: required',
      ],
    ],
    [
      'PUT',
      `${platformTenant}/managed`,
      { settings: { temperature: 3 }, source: 'a.yaml' },
      ['base_version: required', 'settings.temperature: max'],
    ],
    [
      'PATCH',
      '/v1/platform/defaults?preview=maybe',
      { temperature: 3, colour: 1 },
      ['colour: unknown_field', 'preview: type', 'temperature: max'],
    ],
    [
      'POST',
      '/v1/platform/api-keys',
      { name: '', role: 'member', expires_at: past },
      ['expires_at: min', 'name: min', 'role: enum'],
    ],
    [
      'POST',
      `${platformTenant}/api-keys`,
      { role: 'root', expires_at: past },
      ['expires_at: min', 'name: required', 'role: enum'],
    ],
    [
      'PATCH',
      `${platformTenant}/config?dry_run=true`,
      { temperature: 3, force: true },
      ['dry_run: unknown_field', 'reason: required', 'temperature: max'],
    ],
    [
      'GET',
      '/v1/platform/audit?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z&limit=x&q=1&cursor=%20',
      {},
      ['cursor: pattern', 'from: combination', 'limit: type', 'q: unknown_field', 'to: combination'],
    ],
  ])('one answer to a platform admin lists every error of %s %s %j', async (method, path, body, expected) => {
    const headers = { 'content-type': 'application/json' };
    const sent = method === 'GET' ? {} : { headers, body: JSON.stringify(body) };
    const answer = await app.platform.send<Problem>(path, { method, ...sent });
    expectProblem(answer, 400, 'invalid-input');
    expect(fieldErrorsIn(answer.body)).toEqual(expected);
  });

  it.each<[string, string, { headers?: Record<string, string>; [field: string]: unknown }, string[]]>([
    [
      'POST',
      '/v1/config/rollback?version=1',
      { to_version: 2, force: true, gate: 'yes' },
      ['force: unknown_field', 'gate: type', 'to_version: combination', 'version: combination'],
    ],
    ['POST', '/v1/config/rollback', {}, ['to_version: required']],
    [
      'PATCH',
      '/v1/config',
      { temperature: 3, headers: { 'if-match': 'seven' } },
      ['If-Match: pattern', 'temperature: max'],
    ],
    [
      'POST',
      '/v1/api-keys',
      { role: 'root', headers: { 'idempotency-key': 'ä' } },
      ['Idempotency-Key: pattern', 'name: required', 'role: enum'],
    ],
  ])(
    'one answer to a tenant lists every error of %s %s %j',
    async (method, path, { headers, ...body }, expected) => {
      const sent = { ...headers, 'content-type': 'application/json' };
      const init = { method, headers: sent, body: JSON.stringify(body) };
      const answer = await tenant.admin.send<Problem>(path, init);
      expectProblem(answer, 400, 'invalid-input');
      expect(fieldErrorsIn(answer.body)).toEqual(expected);
    },
  );

  it.each([
    ['temprature', 'temperature'],
    ['model', 'model_name'],
    ['maxTokens', 'max_tokens'],
    ['overide_allowed', 'override_allowed'],
  ])('PATCH /v1/config of %s asks: did you mean %s?', async (name, meant) => {
    const { body } = await tenant.admin.patch<Problem>('/v1/config', { [name]: 1 });
    expect(body['detail']).toBe(`Unknown setting "${name}". Did you mean "${meant}"?`);
  });

  it('GET /v1/platform/tenants with an unknown parameter lists those that it has', async () => {
    const { body } = await app.platform.get<Problem>('/v1/platform/tenants?order=name');
    expect(body['detail']).toMatch(
      /^Unknown query parameter "order"\. Allowed: cursor, .*limit, plan, .*status\.$/,
    );
  });
});
