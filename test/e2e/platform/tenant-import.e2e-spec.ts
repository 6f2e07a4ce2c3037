import { type Replica, startReplica } from '#testing';
import { type Problem, querySql, useTestApp } from '../../app/test-app.js';

interface CreatedTenant {
  readonly tenant_id: string;
  readonly admin_key: { readonly key: string };
}

interface ImportedLine {
  readonly line: number;
  readonly status: number;
  readonly body: CreatedTenant & Problem;
}

const path = '/v1/platform/tenants/import';
const ndjson = { 'content-type': 'application/x-ndjson' };

function linesOf(prefix: string, count: number): string {
  const ids = Array.from({ length: count }, (_, at) => `${prefix}-${at}`);
  return ids
    .map((id) => `${JSON.stringify({ tenant_id: id, name: id, plan: 'pro', labels: { batch: prefix } })}\n`)
    .join('');
}

function parseLines(text: string): ImportedLine[] {
  // The last line of an answer that was cut is not whole.
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ImportedLine);
}

describe('POST /v1/platform/tenants/import', () => {
  const app = useTestApp('imported');

  function sendImport(
    body: string,
    headers = {},
    { url, platformKey }: Replica = app.replica,
  ): Promise<Response> {
    const authorization = `Bearer ${platformKey}`;
    return fetch(`${url}${path}`, {
      method: 'POST',
      headers: { ...ndjson, authorization, ...headers },
      body,
    });
  }

  async function importLines(body: string, headers = {}): Promise<ImportedLine[]> {
    const response = await sendImport(body, headers);
    expect(response.status).toBe(200);
    return parseLines(await response.text());
  }

  /** Reads so many lines of the answer and then breaks the connection, or what `end` does. */
  async function cutAfter(
    count: number,
    response: Response,
    end: () => Promise<void>,
  ): Promise<ImportedLine[]> {
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (parseLines(text).length < count) text += (await reader.read()).value ?? '';
    await end();
    await reader.cancel().catch(() => undefined);
    return parseLines(text);
  }

  const countTenants = async (prefix: string): Promise<unknown> => {
    const sql = `SELECT count(*)::int AS tenants, (SELECT count(*)::int FROM api_keys WHERE tenant_id LIKE $1) AS keys
      FROM tenants WHERE tenant_id LIKE $1`;
    return (await querySql(app.database.superuserUrl, sql, [`${prefix}-%`]))[0];
  };

  it('POST /v1/platform/tenants/import answers each line as POST would, in order, and a refused line stops no other', async () => {
    const lines = await importLines(
      [
        '{"tenant_id": "first", "name": "First", "plan": "pro", "labels": {"region": "eu"}}',
        '',
        'no json',
        '{"tenant_id": "Bad Id", "name": "x", "plan": "platinum", "labels": {"Region": "eu"}, "surprise": 1}',
        '{"tenant_id": "first", "name": "Again", "plan": "pro"}',
        '["a"]\r',
        `{"tenant_id": "deep", "name": ${'['.repeat(100)}${']'.repeat(100)}, "plan": "pro"}`,
        '{"tenant_id": "last", "name": "Last", "plan": "basic"}',
      ].join('\n'),
    );
    expect(lines.map(({ line, status }) => [line, status])).toEqual([
      [1, 201],
      [3, 400],
      [4, 400],
      [5, 409],
      [6, 400],
      [7, 400],
      [8, 201],
    ]);
    expect(lines[0]!.body).toMatchObject({ tenant_id: 'first', labels: { region: 'eu' }, status: 'active' });
    const fields = lines[2]!.body.errors!.map(({ field }) => field).toSorted();
    expect(fields).toEqual(['labels.Region', 'plan', 'surprise', 'tenant_id']);
    const key = lines[6]!.body.admin_key.key;
    expect((await app.platform.as(key).get('/v1/session')).body).toMatchObject({ tenant_id: 'last' });
    const again = await importLines('{"tenant_id": "first", "name": "First", "plan": "pro"}');
    expect(again).toMatchObject([{ status: 409, body: { type: '/problems/conflict' } }]);
  });

  it('POST /v1/platform/tenants/import repeats its first answers for the same key, and answers 409 for a changed line', async () => {
    const headers = { 'idempotency-key': 'import-1' };
    const first = await importLines(linesOf('twice', 20), headers);
    const second = await importLines(`${linesOf('more', 2)}${linesOf('twice', 20)}`, headers);
    expect(second.slice(2).map(({ body }) => body)).toEqual(first.map(({ body }) => body));
    const changed = '{"tenant_id": "twice-1", "name": "Other", "plan": "pro"}';
    expect(await importLines(changed, headers)).toMatchObject([{ status: 409 }]);
    expect(await countTenants('twice')).toEqual({ tenants: 20, keys: 20 });
  });

  it('POST /v1/platform/tenants/import makes each tenant once when the connection is cut and the lines are sent again at once', async () => {
    const headers = { 'idempotency-key': 'import-2' };
    const controller = new AbortController();
    const authorization = `Bearer ${app.replica.platformKey}`;
    const response = await fetch(`${app.replica.url}${path}`, {
      method: 'POST',
      headers: { ...ndjson, authorization, ...headers },
      body: linesOf('cut', 120),
      signal: controller.signal,
    });
    const before = await cutAfter(10, response, async () => controller.abort());
    const after = await importLines(linesOf('cut', 120), headers);
    expect(after).toHaveLength(120);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(await countTenants('cut')).toEqual({ tenants: 120, keys: 120 });
    const lost = after.filter(({ status }) => status !== 201);
    expect(lost.length).toBeLessThanOrEqual(4);
    expect(lost.every(({ status }) => status === 409)).toBe(true);
  });

  it('POST /v1/platform/tenants/import makes each tenant once when the replica is killed and another one gets the lines', async () => {
    const { url, migrationUrl } = app.database;
    const env = {
      DATABASE_URL: url,
      MIGRATION_DATABASE_URL: migrationUrl,
      ATTUNE_PLATFORM_API_KEY: app.replica.platformKey,
    };
    const victim = await startReplica({ env });
    const headers = { 'idempotency-key': 'import-3' };
    const response = await sendImport(linesOf('killed', 120), headers, victim);
    const before = await cutAfter(10, response, () => victim.kill());
    const after = await importLines(linesOf('killed', 120), headers);
    expect(after).toHaveLength(120);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(await countTenants('killed')).toEqual({ tenants: 120, keys: 120 });
    expect(after.filter(({ status }) => status !== 201).length).toBeLessThanOrEqual(4);
  });

  it.each([
    [415, { 'content-type': 'application/json' }, '[]'],
    [415, { 'content-type': 'text/plain' }, '{}'],
    [400, {}, '\n'.repeat(5) + '{}\n'.repeat(10_001)],
    [413, {}, ' '.repeat(16 * 1024 * 1024 + 1)],
    [400, { 'idempotency-key': 'no spaces' }, '{}'],
  ])('answers %i for a body with the headers %j', async (status, headers, body) => {
    const response = await sendImport(body, headers);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  it('the import is the only route that reads lines', async () => {
    const answer = await app.platform.send('/v1/platform/tenants', {
      method: 'POST',
      headers: ndjson,
      body: '{}',
    });
    expect(answer.status).toBe(415);
  });
});
