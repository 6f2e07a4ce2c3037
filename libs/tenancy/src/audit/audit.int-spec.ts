import { Client } from 'pg';
import { type ApiClient, type TestDatabase, createTestDatabase } from '#testing';
import { type TenancyApp, createTenant, startTenancyApp } from '../../testing/tenancy-app.js';
import type { AuditEntryResponse } from './audit.response.js';

interface AuditPage {
  readonly items: AuditEntryResponse[];
  readonly next_cursor: string | null;
}

const path = '/v1/platform/audit';
const actAsPlatformSql = `SET LOCAL ROLE attune_platform; SET LOCAL app.tenant_id = '*'`;
const ndjsonHeaders = { accept: 'application/x-ndjson' };

/** Tables that Attune writes all the time, or that hold the tenants' own content. A new table must be listed here or be audited. */
const unauditedTables = [
  'budget_months',
  'bulk_operation_items',
  'catalogue',
  'chunks',
  'corpora',
  'documents',
  'domain_secrets',
  'idempotency_keys',
  'postings',
  'question_log',
  'quota_counters',
  'replay_items',
  'replicas',
  'rollout_observations',
  'running_rollouts',
  'sign_in_attempts',
  'spent_retrievals',
  'spent_tests',
  'usage_daily',
  'webhook_deliveries',
];

describe('GET /v1/platform/audit', () => {
  let database: TestDatabase;
  let app: TenancyApp;
  let acme: ApiClient;
  let acmeKeyId: string;
  let owner: Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    app = await startTenancyApp(database);
    const created = await createTenant(app, 'acme');
    acme = created.admin;
    acmeKeyId = created.tenant.admin_key.id;
    await createTenant(app, 'other');
    owner = new Client({ connectionString: database.migrationUrl });
    await owner.connect();
  });

  afterAll(async () => {
    await owner.end();
    await app.close();
    await database.drop();
  });

  async function listed(search = ''): Promise<AuditEntryResponse[]> {
    const { status, body } = await app.platform.get<AuditPage>(`${path}?limit=200&${search}`);
    expect(status).toBe(200);
    return body.items;
  }

  /** Runs one statement as the application's login, in a transaction that begins with these settings. */
  async function asLogin(sql: string, settings = ''): Promise<object[]> {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      await client.query(`BEGIN; ${settings}`);
      const { rows } = await client.query<object>(sql);
      await client.query('COMMIT');
      return rows;
    } finally {
      await client.end();
    }
  }

  function faultsOf(answer: { status: number; body: unknown }): string[] {
    expect(answer.status).toBe(400);
    return (answer.body as { errors: { field: string; rule: string }[] }).errors.map(
      ({ field, rule }) => `${field}: ${rule}`,
    );
  }

  it('an entry names who created or revoked a key, and from where, but never the secret', async () => {
    const input = { name: 'web shop', role: 'member' };
    const { body } = await acme.post<{ id: string; key: string }>('/v1/api-keys', input);
    await acme.del(`/v1/api-keys/${body.id}`);
    const [revoked, created] = await listed('tenant_id=acme');
    const key = { id: body.id, tenant_id: 'acme', ...input, expires_at: null };
    const by = { actor: `key:${acmeKeyId}`, role: 'tenant_admin', address: '127.0.0.1', target: body.id };
    expect(created).toMatchObject({ ...by, action: 'key.create', before: null, after: key });
    expect(revoked).toMatchObject({ ...by, action: 'key.revoke', before: key, after: null });
    const { text } = (
      await owner.query<{ text: string }>(`SELECT string_agg(a::text, '') AS text FROM audit_log a`)
    ).rows[0]!;
    expect(text).not.toContain('secret');
    expect(text).not.toContain(body.key.split('_')[2]);
  });

  it('the audit log has no entry for the use of a key, nor for a change that changes nothing', async () => {
    const before = await listed();
    await asLogin(`UPDATE api_keys SET last_used_at = now() + interval '1 hour'`, actAsPlatformSql);
    await asLogin('UPDATE plans SET updated_at = now(), ceilings = ceilings', actAsPlatformSql);
    expect(await listed()).toEqual(before);
  });

  it('the audit log covers every table with administrative data', async () => {
    const { rows } = await owner.query<{ name: string }>(`SELECT c.relname AS name FROM pg_class c
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'audit_log'
        AND EXISTS (SELECT FROM unnest(ARRAY['attune_tenant', 'attune_platform']) r, unnest(ARRAY['INSERT', 'UPDATE', 'DELETE']) p
          WHERE has_table_privilege(r, c.oid, p) OR (p <> 'DELETE' AND has_any_column_privilege(r, c.oid, p)))
        AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname LIKE 'audit\\_%')
      ORDER BY 1`);
    expect(rows.map(({ name }) => name)).toEqual(unauditedTables);
  });

  it('an entry for plain SQL names the database user and has the changed fields', async () => {
    await owner.query(`UPDATE plans SET ceilings = ceilings || '{"max_tokens": 1500}' WHERE id = 'basic'`);
    await owner.query(`UPDATE models SET state = 'retired' WHERE id = 'gpt-4'`);
    const [retired, updated] = await listed('actor=db:attune_owner');
    expect(updated).toMatchObject({
      actor: 'db:attune_owner',
      address: null,
      action: 'plan.update',
      tenant_id: null,
      target: 'basic',
      before: { ceilings: { max_tokens: 2000 } },
      after: { ceilings: { max_tokens: 1500 } },
    });
    expect(retired).toMatchObject({
      action: 'model.retire',
      before: { state: 'active' },
      after: { state: 'retired' },
    });
  });

  it('the audit log shows a row whose primary key plain SQL changed', async () => {
    await owner.query(`INSERT INTO plans (id) VALUES ('one')`);
    await owner.query(`UPDATE plans SET id = 'two' WHERE id = 'one'`);
    const changes = (await listed('action=plan.update')).filter(({ target }) =>
      ['one', 'two'].includes(target),
    );
    expect(changes.map(({ target }) => target).toSorted()).toEqual(['one', 'two']);
  });

  it.each([
    'DELETE FROM audit_log',
    'TRUNCATE audit_log',
    `UPDATE audit_log SET actor = 'nobody'`,
    `UPDATE audit_log SET before = NULL, after = NULL`,
  ])('the audit log refuses its owner: %s', async (sql) => {
    const count = () =>
      owner.query('SELECT count(*) AS entries FROM audit_log').then(({ rows }) => rows[0] as object);
    await owner.query('ALTER TABLE audit_log NO FORCE ROW LEVEL SECURITY');
    const before = await count();
    await expect(owner.query(sql)).rejects.toThrow('the audit log cannot be changed');
    expect(await count()).toEqual(before);
    await owner.query('ALTER TABLE audit_log FORCE ROW LEVEL SECURITY');
  });

  it('only platform admins read the audit log, and a tenant scope shows no entries of other tenants', async () => {
    expect((await acme.get(path)).status).toBe(403);
    await expect(asLogin('SELECT FROM audit_log')).rejects.toThrow('denied');
    const tenants = 'SELECT DISTINCT tenant_id FROM audit_log';
    const acmes = `SET LOCAL app.tenant_id = 'acme'`;
    await expect(asLogin(tenants, `SET LOCAL ROLE attune_tenant; ${acmes}`)).rejects.toThrow('denied');
    expect(await asLogin(tenants, `SET LOCAL ROLE attune_platform; ${acmes}`)).toEqual([
      { tenant_id: 'acme' },
    ]);
    expect(await asLogin(tenants, 'SET LOCAL ROLE attune_platform')).toEqual([]);
  });

  it('the pages of the audit log have every entry once, newest first', async () => {
    const all = await listed();
    const paged: AuditEntryResponse[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { body: AuditPage } = await app.platform.get<AuditPage>(
        `${path}?limit=3${cursor && `&cursor=${cursor}`}`,
      );
      paged.push(...page.body.items);
      cursor = page.body.next_cursor;
    }
    expect(paged).toEqual(all);
    expect(all.map(({ at }) => at)).toEqual(
      all
        .map(({ at }) => at)
        .toSorted()
        .toReversed(),
    );
  });

  it('the filters actor, tenant, action, kind and time work together', async () => {
    const all = await listed();
    const matching = async (search: string, test: (entry: AuditEntryResponse) => boolean) => {
      const expected = all.filter(test);
      expect(expected.length).toBeGreaterThan(0);
      expect(await listed(search)).toEqual(expected);
    };
    const middle = all[Math.floor(all.length / 2)]!.at;
    await matching('tenant_id=other', ({ tenant_id: id }) => id === 'other');
    await matching('action=key.create', ({ action }) => action === 'key.create');
    await matching('action=key.*', ({ action }) => action.startsWith('key.'));
    await matching(`from=${middle}`, ({ at }) => at >= middle);
    await matching(`to=${middle}`, ({ at }) => at < middle);
    await matching(
      'action=key.*&tenant_id=acme',
      (one) => one.tenant_id === 'acme' && one.action.startsWith('key.'),
    );
    expect(await listed('tenant_id=nobody')).toEqual([]);
    expect(await listed('from=0001-01-01T00:00:00Z&to=0001-01-02T00:00:00Z')).toEqual([]);
  });

  it('GET /v1/platform/audit answers 400 for invalid filters', async () => {
    const faults = async (search: string) => faultsOf(await app.platform.get(`${path}?${search}`));
    expect(await faults('action=key')).toEqual(['action: pattern']);
    expect(await faults('from=yesterday&to=2026-02-30')).toEqual(['from: pattern', 'to: pattern']);
    expect(await faults('from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z')).toEqual([
      'from: combination',
      'to: combination',
    ]);
    expect(await faults('cursor=WyJhIiwiYiJd')).toEqual(['cursor: pattern']);
    expect(await faults('actor=%00&limit=0')).toEqual(['actor: pattern', 'limit: min']);
    expect(await faults('since=now')).toEqual(['since: unknown_field']);
    const refused = await app.platform.get(
      `${path}?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z`,
      ndjsonHeaders,
    );
    expect(faultsOf(refused)).toEqual(['from: combination', 'to: combination']);
  });

  it('the entries of a deleted tenant remain without before and after', async () => {
    const before = (await listed('tenant_id=other')).map(({ action }) => action);
    await app.platform.del('/v1/platform/tenants/other');
    const after = await listed('tenant_id=other');
    expect(after.map(({ action }) => action)).toEqual(['tenant.delete', ...before]);
    expect(after.filter((entry) => entry.before !== null || entry.after !== null)).toEqual([]);
  });
});
