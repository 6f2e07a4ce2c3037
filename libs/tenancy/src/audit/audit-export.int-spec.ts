import { once } from 'node:events';
import { get } from 'node:http';
import { Readable } from 'node:stream';
import { Client } from 'pg';
import { type TestDatabase, createTestDatabase } from '#testing';
import {
  type TenancyApp,
  createTenant,
  testPlatformKey,
  startTenancyApp,
} from '../../testing/tenancy-app.js';
import { AuditReader } from './audit-reader.js';
import type { AuditEntryResponse } from './audit.response.js';

const path = '/v1/platform/audit';
const ndjsonHeaders = { accept: 'application/x-ndjson' };
const syntheticEntries = { limit: 1, actor: 'key:many' };

/** A superuser writes most of them by plain SQL; the application itself cannot write to the log. */
describe('GET /v1/platform/audit as NDJSON, of 50,000 entries', () => {
  let database: TestDatabase;
  let app: TenancyApp;
  let superuser: Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    app = await startTenancyApp(database);
    await createTenant(app, 'acme');
    superuser = new Client({ connectionString: database.superuserUrl });
    await superuser.connect();
    await superuser.query(`INSERT INTO audit_log (actor, role, action, tenant_id, target, after)
      SELECT 'key:many', 'tenant_admin', 'configuration.update', 'many', 'many', jsonb_build_object('version', n)
      FROM generate_series(1, 50000) n`);
    await superuser.query('ANALYZE audit_log');
  });

  afterAll(async () => {
    await superuser.end();
    await app.close();
    await database.drop();
  });

  function entriesIn(text: string): AuditEntryResponse[] {
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as AuditEntryResponse);
  }

  /** The response to an export, before any of its body is read. */
  async function startExport(): Promise<Readable> {
    const headers = { ...ndjsonHeaders, authorization: `Bearer ${testPlatformKey}` };
    const [answer] = (await once(get(`${app.platform.url}${path}`, { headers }), 'response')) as [Readable];
    return answer;
  }

  it('answers with one entry a line, the same as the pages', async () => {
    const { headers, body } = await app.platform.get<string>(`${path}?tenant_id=acme`, ndjsonHeaders);
    expect(headers.get('content-type')).toBe('application/x-ndjson');
    const page = await app.platform.get<{ items: AuditEntryResponse[] }>(`${path}?tenant_id=acme`);
    expect(entriesIn(body)).toEqual(page.body.items);
    expect((await app.platform.get(`${path}?tenant_id=nobody`, ndjsonHeaders)).body).toBeNull();
  });

  it('exports each entry once, at most 500 at a time', async () => {
    const exportedIds = new Set<number>();
    let largest = 0;
    for await (const chunk of await app.nest.get(AuditReader).export(syntheticEntries)) {
      const entries = entriesIn(chunk);
      largest = Math.max(largest, entries.length);
      for (const { id } of entries) exportedIds.add(id);
    }
    expect([exportedIds.size, largest]).toEqual([50_000, 500]);
  });

  it('reads no further than its client does', async () => {
    const idle = Readable.from(await app.nest.get(AuditReader).export(syntheticEntries));
    await once(idle, 'readable');
    await app.platform.get(path);
    expect(idle.readableLength).toBeLessThanOrEqual(2);
    idle.destroy();
  });

  it('keeps serving other requests after its client disconnected', async () => {
    const response = await startExport();
    await once(response, 'data');
    response.destroy();
    expect((await app.platform.get(`${path}?limit=1`)).status).toBe(200);
  });

  it('breaks the connection when the database fails in the middle', async () => {
    const response = await startExport();
    await once(response, 'readable');
    await superuser.query('ALTER TABLE audit_log RENAME TO audit_log_elsewhere');
    await expect(response.toArray()).rejects.toThrow('aborted');
    await superuser.query('ALTER TABLE audit_log_elsewhere RENAME TO audit_log');
  });
});
