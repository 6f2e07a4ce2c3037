import { settingNames } from '#settings';
import { type ApiClient, type ApiResponse, EventStreamClient } from '#testing';
import { type TestTenant, changePlan, useTestApp } from '../../app/test-app.js';
import { ofrepRequests, ofrepSchema } from './ofrep-schemas.js';

interface Flag {
  readonly key: string;
  readonly value?: unknown;
  readonly reason: string;
  readonly variant: string;
  readonly metadata: Record<string, unknown>;
}
interface Flags {
  readonly flags: Flag[];
  readonly metadata: Record<string, unknown>;
  readonly eventStreams?: { type: string; endpoint: { requestUri: string } }[];
}

const page = 'https://page.example';
const app = useTestApp('flags', { CORS_ORIGINS: page });
const context = { context: { targetingKey: 'user-1' } };
const path = '/ofrep/v1/evaluate/flags';

function evaluate(client: ApiClient, headers = {}, search = ''): Promise<ApiResponse<Flags>> {
  return client.post<Flags>(path + search, context, headers);
}

function flagOf({ body }: ApiResponse<Flags>, key: string): Flag {
  return body.flags.find((flag) => flag.key === key)!;
}

describe('POST /ofrep/v1/evaluate/flags', () => {
  it('answers every setting as a flag, valid by the document of OFREP', async () => {
    const { admin } = await app.createTenant();
    await admin.patch('/v1/config', { temperature: 0.31 });
    const answer = await evaluate(admin);
    const { body: settings } = await admin.get<Record<string, unknown>>('/v1/config');
    const isValid = ofrepSchema('bulkEvaluationSuccess');
    expect([answer.status, isValid(answer.body), isValid.errors]).toEqual([200, true, null]);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.body.flags.map(({ key }) => key)).toEqual(settingNames);
    for (const { key, value } of answer.body.flags)
      if (value !== undefined) expect([key, value]).toEqual([key, settings[key]]);
    expect(flagOf(answer, 'temperature')).toEqual({
      key: 'temperature',
      value: 0.31,
      reason: 'STATIC',
      variant: 'tenant',
      metadata: { config_version: 2, config_source: 'live', layer: 'tenant' },
    });
    expect(answer.body.metadata).toEqual({ config_version: 2, config_source: 'live' });
  });

  it.each(ofrepRequests())('POST %s takes the request in the document of OFREP', async (template, body) => {
    const { admin } = await app.createTenant();
    const isBulk = template === path;
    const isValidRequest = ofrepSchema(isBulk ? 'bulkEvaluationRequest' : 'evaluationRequest');
    const isValid = ofrepSchema(isBulk ? 'bulkEvaluationSuccess' : 'serverEvaluationSuccess');
    const answer = await admin.post(template.replace('{key}', 'temperature'), body);
    expect([isValidRequest(body), answer.status, isValid(answer.body)]).toEqual([true, 200, true]);
  });

  it('leaves out the value of a setting that is null or unlimited', async () => {
    const { admin, id } = await app.createTenant();
    const platformPath = `/v1/platform/tenants/${id}/config`;
    await app.platform.patch(platformPath, { monthly_budget_usd: 'unlimited', reason: 'a big customer' });
    const answer = await evaluate(admin);
    expect(flagOf(answer, 'ui_logo_url')).not.toHaveProperty('value');
    expect(flagOf(answer, 'ui_logo_url').reason).toBe('DEFAULT');
    expect(flagOf(answer, 'monthly_budget_usd')).not.toHaveProperty('value');
    expect(flagOf(answer, 'monthly_budget_usd').metadata).toMatchObject({ unlimited: true });
  });

  it('answers 304 to the current tag, and 200 after a change of the plan that keeps the version', async () => {
    const { admin } = await app.createTenant('basic');
    const first = await evaluate(admin);
    const etag = first.headers.get('etag')!;
    const again = await evaluate(admin, { 'if-none-match': etag });
    expect([again.status, again.body]).toEqual([304, null]);
    await changePlan(app.platform, 'basic', { max_tokens: 333 });
    const changed = await evaluate(admin, { 'if-none-match': etag });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
    expect(flagOf(changed, 'max_tokens')).toMatchObject({ value: 333, variant: 'plan' });
    expect(changed.body.metadata['config_version']).toBe(first.body.metadata['config_version']);
  });

  it('answers one setting alone, as in the list', async () => {
    const { admin } = await app.createTenant();
    const answer = await admin.post<Flag>(`${path}/temperature`, context);
    const isValid = ofrepSchema('serverEvaluationSuccess');
    expect([answer.status, isValid(answer.body)]).toEqual([200, true]);
    expect(answer.body).toEqual(flagOf(await evaluate(admin), 'temperature'));
  });

  it('answers an unknown key with 404 in both forms', async () => {
    const { admin } = await app.createTenant();
    const { status, body } = await admin.post<Record<string, unknown>>(`${path}/temprature`, context);
    expect([status, ofrepSchema('flagNotFound')(body)]).toEqual([404, true]);
    expect(body).toMatchObject({
      key: 'temprature',
      errorCode: 'FLAG_NOT_FOUND',
      errorDetails: 'There is no setting "temprature". Did you mean "temperature"?',
      type: '/problems/not-found',
      status: 404,
    });
  });

  it.each([
    ['a body that is no JSON', '{"context"', 'PARSE_ERROR'],
    ['a list', '[]', 'PARSE_ERROR'],
    ['a body without a context', '{}', 'INVALID_CONTEXT'],
    ['a context that is no object', '{"context": "user"}', 'INVALID_CONTEXT'],
    ['a targeting key that is no text', '{"context": {"targetingKey": 7}}', 'INVALID_CONTEXT'],
  ])('refuses %s in both forms, for one flag and for all', async (_, body, errorCode) => {
    const { admin } = await app.createTenant();
    const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
    const all = await admin.send<Record<string, unknown>>(path, request);
    expect([all.status, all.body['errorCode'], all.body['type']]).toEqual([
      400,
      errorCode,
      '/problems/invalid-input',
    ]);
    expect(ofrepSchema('bulkEvaluationFailure')(all.body)).toBe(true);
    const one = await admin.send<Record<string, unknown>>(`${path}/temperature`, request);
    expect([one.status, one.body['key'], one.body['errorCode']]).toEqual([400, 'temperature', errorCode]);
    expect(ofrepSchema('evaluationFailure')(one.body)).toBe(true);
  });

  it('refuses a request without a credential with 401, also in the form of OFREP', async () => {
    const { status, body } = await evaluate(app.platform.as(null));
    expect([status, body]).toMatchObject([401, { errorCode: 'GENERAL', type: '/problems/unauthenticated' }]);
    expect(ofrepSchema('bulkEvaluationFailure')(body)).toBe(true);
  });

  it('lets in keys with the scope flags:evaluate or config:read, and no others', async () => {
    const { admin } = await app.createTenant();
    for (const [scope, expected] of [
      ['flags:evaluate', 200],
      ['config:read', 200],
      ['query', 403],
    ] as const) {
      const { body } = await admin.post<{ key: string }>('/v1/api-keys', {
        name: scope,
        role: 'member',
        scopes: [scope],
      });
      expect([scope, (await evaluate(admin.as(body.key))).status]).toEqual([scope, expected]);
    }
  });

  it('answers a suspended tenant, which may read', async () => {
    const { admin, id } = await app.createTenant();
    await app.platform.patch(`/v1/platform/tenants/${id}`, { status: 'suspended' });
    expect((await evaluate(admin)).status).toBe(200);
  });

  it('shows two tenants on one address each their own settings', async () => {
    const tenants = [await app.createTenant(), await app.createTenant()];
    for (const [index, { admin }] of tenants.entries())
      await admin.patch('/v1/config', { max_tokens: 200 + index });
    const values = await Promise.all(
      tenants.map(async ({ admin }) => flagOf(await evaluate(admin), 'max_tokens').value),
    );
    expect(values).toEqual([200, 201]);
  });

  it('lets a page of an allowed origin send X-API-Key and read the tag', async () => {
    const { adminKey } = await app.createTenant();
    const url = app.replica.url + path;
    const preflight = await fetch(url, {
      method: 'OPTIONS',
      headers: {
        origin: page,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-api-key,content-type,if-none-match',
      },
    });
    expect(preflight.headers.get('access-control-allow-headers')).toMatch(/X-API-Key.*If-None-Match/);
    const response = await fetch(url, {
      method: 'POST',
      headers: { origin: page, 'x-api-key': adminKey, 'content-type': 'application/json' },
      body: JSON.stringify(context),
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe(page);
    expect(response.headers.get('access-control-expose-headers')).toMatch(
      /ETag.*Attune-Config-Version.*Attune-Config-Source/,
    );
  });
});

describe('eventStreams of OFREP', () => {
  let tenant: TestTenant;

  beforeAll(async () => {
    tenant = await app.createTenant();
  });

  async function openStream(headers = {}): Promise<EventStreamClient> {
    const { body } = await evaluate(tenant.admin);
    const { requestUri } = body.eventStreams![0]!.endpoint;
    return EventStreamClient.open(app.replica.url + requestUri, headers);
  }

  it('say at once and after each change that flags have to be evaluated again', async () => {
    const stream = await openStream();
    const first = await stream.waitFor(() => true);
    expect(first.event).toBe('message');
    expect(first.data).toEqual({ type: 'refetchEvaluation', etag: first.id });
    expect(ofrepSchema('sseEventData')(first.data)).toBe(true);
    await tenant.admin.patch('/v1/config', { temperature: 0.77 });
    const second = await stream.waitFor(({ id }) => id !== first.id);
    const search = `?flagConfigEtag=${second.id}`;
    expect(flagOf(await evaluate(tenant.admin, {}, search), 'temperature').value).toBe(0.77);
    stream.close();

    const again = await openStream({ 'last-event-id': second.id! });
    await tenant.admin.patch('/v1/config', { temperature: 0.78 });
    await again.waitFor(() => true);
    expect(again.events).toHaveLength(1);
    again.close();
  });
});
