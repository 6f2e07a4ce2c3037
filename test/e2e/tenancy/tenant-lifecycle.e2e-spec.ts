import { type ApiClient, type ApiResponse, waitFor } from '#testing';
import { Client } from 'pg';
import { runBulkUpdate } from '../bulk/bulk-operations.js';
import { expectProblem } from '../../app/expect-problem.js';
import { type TestTenant, createTenant, useTestApp } from '../../app/test-app.js';

/** What outlives a tenant (specification §1.7); a new table is decided on here. */
const tablesThatOutliveTenant = ['audit_log', 'tenant_configuration_history'];
/** Emptied by a trigger of their own: a foreign key for each row would cost too much. */
const tablesClearedByTrigger = ['bulk_operation_items'];
const marker = 'marker51c0ffee';

interface ErasedTable {
  readonly table: string;
  readonly rows: number;
  readonly with_content: number;
}

const app = useTestApp();

async function listTables(condition = ''): Promise<string[]> {
  const rows = await app.asSuperuser<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ${condition} ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

const withTenantId = `AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped)`;

describe('a suspended tenant', () => {
  interface Operation {
    readonly 'x-attune-role'?: string;
    readonly 'x-attune-only-reads'?: boolean;
    readonly requestBody?: { content: Record<string, { example?: object }> };
  }

  /** Every operation of the tenants' own, by method and path. */
  async function operations(): Promise<[string, string, Operation][]> {
    const { body } = await app.platform.get<{ paths: Record<string, Record<string, Operation>> }>(
      '/openapi.json',
    );
    return Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, operation]) => /^(member|tenant_admin)$/.test(operation['x-attune-role'] ?? ''))
        .map(([method, operation]): [string, string, Operation] => [method.toUpperCase(), path, operation]),
    );
  }

  async function attempt(client: ApiClient, [method, path, operation]: [string, string, Operation]) {
    const example = operation.requestBody?.content['application/json']?.example;
    const body = method === 'GET' || example === undefined ? {} : { body: JSON.stringify(example) };
    const headers = { 'content-type': 'application/json' };
    return client.send(path.replaceAll(/\{\w+\}/g, '1'), {
      method,
      headers: 'body' in body ? headers : {},
      ...body,
    });
  }

  /** Paths of OpenAI's protocol name the problem in their own form. */
  function expectSuspended(path: string, answer: ApiResponse<unknown>): void {
    if (!['/v1/chat/completions', '/v1/embeddings'].includes(path))
      return expectProblem(answer, 403, 'tenant-suspended');
    const { status, body } = answer;
    expect([path, status, body]).toMatchObject([
      path,
      403,
      { error: { docs: '/problems/tenant-suspended' } },
    ]);
  }

  it('can read everything and change nothing, on every route', async () => {
    const tenant = await createTenant(app.platform, 'paused');
    await app.platform.patch('/v1/platform/tenants/paused', { status: 'suspended' });
    const before = (await tenant.member.get('/v1/config')).body;
    const all = await operations();
    for (const operation of all) {
      const answer = await attempt(tenant.admin, operation);
      if (operation[0] === 'GET' || operation[2]['x-attune-only-reads'])
        expect([operation[1], answer.status === 403]).toEqual([operation[1], false]);
      else expectSuspended(operation[1], answer);
    }
    expect(all.filter(([method]) => method !== 'GET').length).toBeGreaterThanOrEqual(8);
    expectProblem(
      await tenant.member.post('/v1/query', { question: 'Anybody there?' }),
      403,
      'tenant-suspended',
    );
    expect((await tenant.member.get('/v1/config')).body).toEqual(before);
  });

  it('can still be changed by the platform, and continues where it stopped', async () => {
    const { admin, id } = await createTenant(app.platform, 'mended');
    await app.platform.patch(`/v1/platform/tenants/${id}`, { status: 'suspended' });
    const mended = await app.platform.patch(`/v1/platform/tenants/${id}/config`, { temperature: 0.1 });
    expect(mended.status).toBe(200);
    expect((await admin.get('/v1/config')).body).toMatchObject({ version: 2, temperature: 0.1 });
    await app.platform.patch(`/v1/platform/tenants/${id}`, { status: 'active' });
    expect((await admin.patch('/v1/config', { temperature: 0.2 })).status).toBe(200);
  });
});

describe('DELETE /v1/platform/tenants/{tenant_id}', () => {
  async function aMarkedTenant(id: string): Promise<TestTenant> {
    const tenant = await createTenant(app.platform, id);
    const { admin } = tenant;
    const text = `The vault code is ${marker}. Whoever knows it opens the vault.`;
    const made = [
      await app.platform.patch(`/v1/platform/tenants/${id}`, { name: marker }),
      await admin.post('/v1/webhooks', { url: `https://${marker}.example/`, events: ['config.updated'] }),
      await admin.patch('/v1/config', { prompt_variables: { vault: marker }, log_questions: true }),
      await admin.patch('/v1/config', { ui_logo_url: `https://${marker}.example/` }),
      await admin.post('/v1/config/rollback', { steps: 1 }),
      await admin.post('/v1/documents', { id: 'vault', title: marker, text, metadata: { code: marker } }),
      await admin.post('/v1/api-keys', { name: marker, role: 'member' }, { 'idempotency-key': marker }),
      await admin.post('/v1/query', { question: `What is ${marker}?` }),
      await admin.post('/v1/retrieve', { question: `What is ${marker}?` }),
      await admin.post('/v1/golden-questions', { question: `What is ${marker}?`, expect_phrases: [marker] }),
      await admin.post('/v1/config/change-requests', { prompt_variables: { vault: `${marker}!` } }),
    ];
    expect(made.map(({ status }) => status)).toEqual([200, 201, 200, 200, 200, 201, 201, 200, 200, 201, 201]);
    await runBulkUpdate(app.platform, { selector: { tenant_ids: [id] }, changes: { temperature: 0.3 } });
    return tenant;
  }

  async function holding(text: string): Promise<string[]> {
    const found: string[] = [];
    for (const table of await listTables()) {
      const [row] = await app.asSuperuser<{ count: number }>(
        `SELECT count(*)::int AS count FROM ${table} t WHERE t::text LIKE '%${text}%'`,
      );
      if (row!.count > 0) found.push(table);
    }
    return found;
  }

  it('keeps the audit entries and the history without texts, and nothing else anywhere', async () => {
    const { admin, id } = await aMarkedTenant('leaving');
    expect(await holding(marker)).toEqual(
      expect.arrayContaining(['documents', 'tenant_configuration_history']),
    );
    for (const table of tablesClearedByTrigger)
      expect(await app.asSuperuser(`SELECT FROM ${table} WHERE tenant_id = '${id}'`)).toHaveLength(1);
    expect((await app.platform.del(`/v1/platform/tenants/${id}`)).status).toBe(204);
    expect(await holding(marker)).toEqual([]);
    for (const table of await listTables(withTenantId)) {
      const rows = await app.asSuperuser(`SELECT FROM ${table} WHERE tenant_id = '${id}'`);
      expect([table, rows.length > 0]).toEqual([table, tablesThatOutliveTenant.includes(table)]);
    }
    expectProblem(await admin.get('/v1/config'), 401, 'unauthenticated');
    for (const path of ['', '/config', '/config/history', '/api-keys'])
      expectProblem(await app.platform.get(`/v1/platform/tenants/${id}${path}`), 404, 'not-found');
  });

  it('GET /v1/platform/deleted-tenants/{id} certifies it, and counts the rows of every table', async () => {
    const { id } = await aMarkedTenant('certified');
    const path = `/v1/platform/deleted-tenants/${id}`;
    expectProblem(await app.platform.get(path), 409, 'conflict');
    await app.platform.del(`/v1/platform/tenants/${id}`);
    const { status, body } = await app.platform.get<{ complete: boolean; tables: ErasedTable[] }>(path);
    expect([status, body.complete]).toEqual([200, true]);
    expect(body.tables.map(({ table }) => table).toSorted()).toEqual(
      (await listTables(withTenantId)).toSorted(),
    );
    const withRows = body.tables.filter(({ rows }) => rows > 0);
    expect(withRows.map(({ table }) => table).toSorted()).toEqual(tablesThatOutliveTenant);
    // As if a table had been forgotten.
    await app.asSuperuser(`ALTER TABLE spent_tests DISABLE TRIGGER ALL`);
    await app.asSuperuser(`INSERT INTO spent_tests (tenant_id, spent_at) VALUES ('${id}', '{}')`);
    expect((await app.platform.get<{ complete: boolean }>(path)).body.complete).toBe(false);
    await app.asSuperuser(`DELETE FROM spent_tests WHERE tenant_id = '${id}'`);
    await app.asSuperuser(`ALTER TABLE spent_tests ENABLE TRIGGER ALL`);
    expectProblem(await app.platform.get('/v1/platform/deleted-tenants/never-was'), 404, 'not-found');
  });

  it('keeps the hash chain of the history intact', async () => {
    const { id } = await aMarkedTenant('chained');
    await app.platform.del(`/v1/platform/tenants/${id}`);
    const entries = await app.asSuperuser<{ action: string; settings: unknown; is_whole: boolean }>(
      `SELECT h.action, h.settings, h.hash = attune_history_hash(h) AND h.previous_hash IS NOT DISTINCT FROM lag(h.hash) OVER (ORDER BY version) AS is_whole
       FROM tenant_configuration_history h WHERE tenant_id = '${id}' ORDER BY version`,
    );
    expect(entries.map(({ action }) => action)).toEqual([
      'create',
      'update',
      'update',
      'rollback',
      'bulk_update',
      'delete',
    ]);
    expect(entries.every(({ settings, is_whole: isWhole }) => settings === null && isWhole)).toBe(true);
  });

  it('removes or lets through whatever runs at that moment', async () => {
    for (let round = 0; round < 6; round += 1) {
      const { admin, id } = await createTenant(app.platform, `busy-${round}`);
      const path = `/v1/platform/tenants/${id}`;
      const document = { title: 'A document', text: 'Something to read. '.repeat(20) };
      const under = [
        ...[1, 2, 3].map((n) => admin.post('/v1/documents', { id: `d${n}`, ...document })),
        ...[1, 2].map((n) => admin.patch('/v1/config', { custom_domain: `${n}.${id}.example` })),
        admin.post('/v1/config/change-requests', { temperature: 0.4 }),
        admin.post('/v1/api-keys', { name: 'late', role: 'member' }),
        app.platform.patch(path, { plan: 'basic' }),
        app.platform.patch(path, { approval_required: true }),
      ];
      if (round % 2 === 1) await under[3];
      const deleted = await app.platform.del(path);
      const statuses = (await Promise.all(under)).map(({ status }) => status);
      expect(deleted.status).toBe(204);
      expect(statuses.filter((status) => ![200, 201, 202, 401, 404, 409].includes(status))).toEqual([]);
      for (const table of await listTables(withTenantId))
        if (!tablesThatOutliveTenant.includes(table))
          expect([table, await app.asSuperuser(`SELECT FROM ${table} WHERE tenant_id = '${id}'`)]).toEqual([
            table,
            [],
          ]);
    }
  });

  it('answers 404 to an upload that was still waiting', async () => {
    const { admin, id } = await createTenant(app.platform, 'waited-for');
    await admin.post('/v1/documents', { id: 'first', title: 'A document', text: 'Something to read.' });
    const other = new Client({ connectionString: app.database.superuserUrl });
    await other.connect();
    await other.query(`BEGIN; SELECT FROM corpora WHERE tenant_id = '${id}' FOR UPDATE`);
    const upload = admin.post('/v1/documents', { id: 'second', title: 'A document', text: 'More to read.' });
    const waiting = `SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock' AND query ~ 'FROM corpora FOR UPDATE'`;
    await waitFor(async () => (await app.asSuperuser(waiting)).length > 0, { what: 'the upload waits' });
    await other.query(`DELETE FROM tenants WHERE tenant_id = '${id}'; COMMIT`);
    await other.end();
    expectProblem(await upload, 404, 'not-found');
  });

  it('lets nobody reuse the id, however many ask', async () => {
    await createTenant(app.platform, 'once');
    await app.platform.del('/v1/platform/tenants/once');
    const order = { tenant_id: 'once', name: 'Again', plan: 'pro' };
    const answers = await Promise.all([1, 2, 3].map(() => app.platform.post('/v1/platform/tenants', order)));
    for (const answer of answers) expectProblem(answer, 409, 'conflict');
    expectProblem(await app.platform.del('/v1/platform/tenants/once'), 404, 'not-found');
  });

  it('removes the rows of every table with a tenant_id by cascading keys', async () => {
    const rows = await app.asSuperuser<{ name: string }>(`
      WITH RECURSIVE hanging AS (
        SELECT 'tenants'::regclass::oid AS oid
        UNION SELECT k.conrelid FROM pg_constraint k JOIN hanging h ON h.oid = k.confrelid WHERE k.contype = 'f' AND k.confdeltype = 'c')
      SELECT oid::regclass::text AS name FROM hanging`);
    const hanging = new Set(rows.map(({ name }) => name));
    const loose = (await listTables(withTenantId)).filter((table) => !hanging.has(table));
    expect(loose).toEqual([...tablesThatOutliveTenant, ...tablesClearedByTrigger].toSorted());
  });
});
