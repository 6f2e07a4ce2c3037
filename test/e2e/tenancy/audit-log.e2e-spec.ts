/**
 * Every operation of the OpenAPI document that changes something is called here, by audited-operations.ts, and leaves exactly the entries
 * that stand beside it there; those in `unauditedOperations` change nothing that is administered. One that is in neither makes the first
 * test fail.
 */
import { type DnsServer, startDnsServer } from '#testing';
import { identityOperations } from './audited-identity-operations.js';
import { allAuditedOperations } from './audited-operations.js';
import { sessionOperations, signInBrowsers } from './audited-session-operations.js';
import { type AuditedOperation, OperationRunner } from './operation-runner.js';
import { type TestTenant, createTenant, useTestApp, querySql } from '../../app/test-app.js';

interface AuditEntry {
  readonly id: number;
  readonly actor: string;
  readonly role: string;
  readonly address: string | null;
  readonly action: string;
  readonly tenant_id: string | null;
  readonly target: string;
  readonly before: Record<string, unknown> | null;
  readonly after: Record<string, unknown> | null;
}

const unauditedOperations = [
  'post /v1/chat/completions',
  'post /v1/embeddings',
  'post /v1/query',
  'post /v1/retrieve',
  'post /v1/documents',
  'patch /v1/documents/{id}',
  'delete /v1/documents/{id}',
  'post /v1/golden-questions/run',
  'post /v1/config/stream-ticket',
  'post /ofrep/v1/evaluate/flags',
  'post /ofrep/v1/evaluate/flags/{key}',
  // libs/rag/src/replay/replay.int-spec.ts checks their entries: they need questions that were logged.
  'post /v1/config/replay',
  'post /v1/config/replays/{id}/cancel',
  'post /v1/config/validate',
  // The one tool that changes something is tested in test/plugs/mcp.
  'post /mcp',
  ...['/v1/webhooks', '/v1/platform/webhooks'].flatMap((path) => [
    `post ${path}/{id}/test`,
    `post ${path}/{id}/deliveries/{delivery}/replay`,
  ]),
  // libs/tenancy/src/identity tests them with an identity provider.
  'post /v1/session/oidc/choose',
  'post /v1/session/oidc/backchannel-logout',
  // test/e2e/runtime/embedded-backup.e2e-spec.ts checks its entry: Postgres has other backups.
  'post /v1/platform/backup',
  'post /v1/config/test',
  'post /v1/platform/tenants/{tenant_id}/config/validate',
  'post /v1/platform/tenants/{tenant_id}/config/test',
];

let dnsServer: DnsServer;
const app = useTestApp('tenant', async () => {
  dnsServer = await startDnsServer();
  return { DNS_SERVERS: dnsServer.address };
});
let acme: TestTenant;
let approvalTenant: TestTenant;
let runner: OperationRunner;
let operations: AuditedOperation[];

beforeAll(async () => {
  acme = await createTenant(app.platform, 'acme');
  approvalTenant = await createTenant(app.platform, 'bound');
  await app.platform.patch('/v1/platform/tenants/bound', { approval_required: true });
  // As if another person had made its key: the maker of a key cannot approve its requests.
  const handOver = `UPDATE api_keys SET makers = '{db:operator}' WHERE tenant_id = 'bound'`;
  await querySql(app.database.superuserUrl, handOver);
  // So many that a bulk operation is not over before it is cancelled.
  const many = `INSERT INTO tenants (tenant_id, name, plan) SELECT 'many-' || n, 'Many', 'pro' FROM generate_series(1, 3000) n`;
  await querySql(app.database.superuserUrl, many);
  runner = new OperationRunner(app.platform, app.database.superuserUrl);
  const browsers = await signInBrowsers(acme);
  const actors = { platform: app.platform, acme, approvalTenant, dnsServer };
  operations = [
    ...allAuditedOperations(runner, actors),
    ...sessionOperations(browsers, acme, app.platform),
    ...identityOperations(app.platform),
    {
      operation: 'post /v1/platform/tenants/{tenant_id}/usage/erase',
      expectedActions: ['usage.erase'],
      client: app.platform,
      body: { user_id: 'ann' },
    },
  ];
});
afterAll(async () => {
  await dnsServer.close();
});

/** The entries since `id`, oldest first, without what the product did by itself. */
async function auditEntriesSince(id: number): Promise<AuditEntry[]> {
  const { body } = await app.platform.get<{ items: AuditEntry[] }>('/v1/platform/audit?limit=200');
  return body.items.filter((entry) => entry.id > id && entry.actor !== 'system').toReversed();
}

async function lastAuditId(): Promise<number> {
  const { body } = await app.platform.get<{ items: AuditEntry[] }>('/v1/platform/audit?limit=1');
  return body.items[0]?.id ?? 0;
}

async function changingOperations(): Promise<string[]> {
  const { body } = await app.platform.get<{ paths: Record<string, Record<string, object>> }>('/openapi.json');
  return Object.entries(body.paths)
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
    .filter((operation) => !operation.startsWith('get '));
}

/** Actor, role and address. An approved change is its asker's: who approved it, and from where, is an entry of its own. */
function authorOf(operation: string, { action, tenant_id: tenant }: AuditEntry): (string | null)[] {
  const tenantsActor = `key:${(tenant === 'bound' ? approvalTenant : acme).adminKeyId}`;
  if (action === 'configuration.change_request') return [tenantsActor, 'tenant_admin', null];
  if (!operation.includes('/platform/')) return [tenantsActor, 'tenant_admin', '127.0.0.1'];
  return [`key:${app.replica.platformKey.split('_')[1]}`, 'platform_admin', '127.0.0.1'];
}

function hasBeforeAndAfter({ action, before, after }: AuditEntry): boolean {
  // The row stays, as ended.
  if (action === 'session.revoke') return before !== null && after !== null;
  const verb = action.split('.')[1]!;
  if (['create', 'start', 'request'].includes(verb)) return before === null && after !== null;
  if (['delete', 'revoke'].includes(verb)) return after === null;
  return before !== null && after !== null;
}

describe('the audit log', () => {
  it('has a case here for every operation that changes something', async () => {
    const called = new Set([...operations.map(({ operation }) => operation), ...unauditedOperations]);
    expect([...called].toSorted()).toEqual((await changingOperations()).toSorted());
  });

  it('has exactly the expected entries of each operation: author, role, address, before and after', async () => {
    for (const act of operations) {
      const { operation, expectedActions: leaves } = act;
      const before = await lastAuditId();
      const { status, body } = await runner.run(act);
      expect([operation, status < 300 || body]).toEqual([operation, true]);
      const entries = await auditEntriesSince(before);
      expect([operation, entries.map(({ action }) => action)]).toEqual([operation, leaves]);
      for (const entry of entries) {
        const { actor, role, address } = entry;
        expect([operation, actor, role, address]).toEqual([operation, ...authorOf(operation, entry)]);
        // It does not say whose usage it was.
        if (entry.action === 'usage.erase') continue;
        expect([operation, hasBeforeAndAfter(entry) || entry]).toEqual([operation, true]);
      }
    }
  });

  it('has no entry for operations that administer nothing', async () => {
    const before = await lastAuditId();
    const { admin } = acme;
    await admin.post('/v1/documents', { id: 'one', title: 'One', text: 'One is one.' });
    await admin.post('/v1/query', { question: 'What is one?' });
    await admin.post('/v1/config/validate', { temperature: 0.1 });
    await admin.post('/v1/config/test', { temperature: 0.1, question: 'What is one?' });
    await admin.del('/v1/documents/one');
    await admin.patch('/v1/config', { temperature: 9 });
    await app.platform.patch('/v1/platform/defaults?preview=true', { temperature: 0.1 });
    expect(await auditEntriesSince(before)).toEqual([]);
  });

  it('contains no secret', async () => {
    const [row] = await querySql<{ text: string }>(
      app.database.superuserUrl,
      `SELECT string_agg(a::text, ' ') AS text FROM audit_log a`,
    );
    expect(row!.text).toContain('key.create');
    for (const key of [acme.adminKey, approvalTenant.adminKey, app.replica.platformKey])
      expect(row!.text).not.toContain(key.split('_')[2]);
    expect(row!.text).not.toMatch(/secret/);
  });

  it('verify finds the history unbroken after all operations', async () => {
    const { status, body } = await app.platform.get('/v1/platform/audit/verify');
    expect([status, body]).toEqual([
      200,
      { ok: true, tenants: expect.any(Number), entries: expect.any(Number), first_broken: null },
    ]);
    expect((await acme.admin.get('/v1/platform/audit/verify')).status).toBe(403);
  });

  it('verify names the first entry that its owner altered', async () => {
    const history = 'tenant_configuration_history';
    await querySql(
      app.database.superuserUrl,
      `ALTER TABLE ${history} DISABLE TRIGGER USER;
      UPDATE ${history} SET changed_by = 'nobody' WHERE tenant_id = 'acme' AND version >= 2; ALTER TABLE ${history} ENABLE TRIGGER USER`,
    );
    const { body } = await app.platform.get('/v1/platform/audit/verify');
    expect(body).toMatchObject({ ok: false, first_broken: { tenant_id: 'acme', version: 2, fault: 'hash' } });
  });
});
