/**
 * What is tried here. In the database: every table with a tenant_id, as the plain login, as each of the product's roles without a
 * tenant, as the tenant role naming another tenant and naming '*', for reading and for writing.
 * Over MCP: every tool. Over HTTP: every operation of /openapi.json, as another tenant's admin and member, with the victim's tenant
 * id, key id, document id, versions, cursors and Idempotency-Key, in the path, the query, the body and in headers that some products
 * trust.
 */
import type { ApiResponse, ApiClient } from '#testing';
import { Client } from 'pg';
import { expectProblem } from '../../app/expect-problem.js';
import { type TestTenant, createTenant, useTestApp, querySql } from '../../app/test-app.js';
import { connectLegacy } from '../../plugs/mcp/mcp-clients.js';
import {
  type MarkedIds,
  idempotencyHeaders,
  marker,
  storeMarkedData,
  readTenantData,
} from './marked-tenant-data.js';

interface Operation {
  readonly requestBody?: {
    content: Record<string, { example?: object; examples?: Record<string, { value: object }> }>;
  };
}

function exampleOf(body: Operation['requestBody']): object {
  const { example, examples = {} } = body?.content['application/json'] ?? {};
  return example ?? Object.values(examples)[0]?.value ?? {};
}

/** Tables that belong to no tenant. A new table is decided on here. */
const globalTables = [
  'bulk_operations',
  'catalogue',
  'change_feed',
  'change_feed_horizon',
  'identity_sealing_keys',
  'identity_used_tokens',
  'models',
  'plans',
  'platform_defaults',
  'replicas',
  'rollout_observations',
  'rollouts',
  'running_rollouts',
  'sign_in_attempts',
];

const app = useTestApp('tenant', { DNS_SERVERS: '127.0.0.1:1' });
let victim: TestTenant;
let intruder: TestTenant;
let markedIds: MarkedIds;

beforeAll(async () => {
  // No resolver: what a domain's verification leaves in the database does not depend on one.
  victim = await createTenant(app.platform, 'victim');
  intruder = await createTenant(app.platform, 'intruder');
  markedIds = await storeMarkedData(app.platform, victim);
});

async function tenantTables(): Promise<string[]> {
  const rows = await app.asSuperuser<{ name: string }>(`
    SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attname = 'tenant_id' AND NOT a.attisdropped
    ORDER BY 1`);
  return rows.map(({ name }) => name);
}

/** The statements that gave or touched rows, each with their number, as the application's login after the given settings. A refused one touches none. */
async function statementsWithRows(settings: string[], statements: string[]): Promise<[string, number][]> {
  const client = new Client({ connectionString: app.database.url });
  await client.connect();
  try {
    for (const setting of settings) await client.query(setting);
    const found: [string, number][] = [];
    for (const statement of statements) found.push([statement, await rowsOf(client, statement)]);
    return found.filter(([, rows]) => rows > 0);
  } finally {
    await client.end();
  }
}

async function rowsOf(client: Client, statement: string): Promise<number> {
  try {
    return (await client.query(statement)).rowCount ?? 0;
  } catch (error) {
    expect(String(error)).toMatch(
      /permission denied|does not exist|row-level security|cannot be changed|refused|violates|non-DEFAULT value/,
    );
    return 0;
  }
}

describe('the database', () => {
  it('classifies every table as tenant or global', async () => {
    const all = await app.asSuperuser<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY 1`,
    );
    const tables = await tenantTables();
    const others = all
      .map(({ name }) => name)
      .filter((name) => !tables.includes(name) && !/migration/.test(name));
    expect(others).toEqual(globalTables);
  });

  it('enables and forces row-level security on every tenant table, and each has rows of the victim', async () => {
    for (const table of await tenantTables()) {
      const [secured] = await app.asSuperuser(
        `SELECT relrowsecurity AND relforcerowsecurity AS is_secured, (SELECT count(*) > 0 FROM ${table} WHERE tenant_id = 'victim') AS has_rows
         FROM pg_class WHERE oid = '${table}'::regclass`,
      );
      expect([table, secured]).toEqual([table, { is_secured: true, has_rows: true }]);
    }
  });

  const nobody: [string, string[]][] = [
    ['the plain login', []],
    ['the plain login naming the victim', [`SET app.tenant_id = 'victim'`]],
    ['attune_tenant without a tenant', ['SET ROLE attune_tenant']],
    ['attune_tenant with an empty tenant', ['SET ROLE attune_tenant', `SET app.tenant_id = ''`]],
    ['attune_tenant naming all', ['SET ROLE attune_tenant', `SET app.tenant_id = '*'`]],
    ['attune_tenant with a pattern', ['SET ROLE attune_tenant', `SET app.tenant_id = '%'`]],
    ['attune_platform without a tenant', ['SET ROLE attune_platform']],
    ['attune_platform with an empty tenant', ['SET ROLE attune_platform', `SET app.tenant_id = ''`]],
  ];
  it.each(nobody)('shows %s no row of any tenant table, and lets it change none', async (_, settings) => {
    const attempts = (await tenantTables()).flatMap((table) => [
      `SELECT * FROM ${table}`,
      `UPDATE ${table} SET tenant_id = tenant_id`,
      `DELETE FROM ${table}`,
    ]);
    expect(await statementsWithRows(settings, attempts)).toEqual([]);
  });

  it.each(['attune_tenant', 'attune_platform'])('shows %s only rows of the named tenant', async (role) => {
    const foreign = `WHERE tenant_id IS DISTINCT FROM 'intruder'`;
    const attempts = (await tenantTables()).flatMap((table) => [
      `SELECT FROM ${table} ${foreign}`,
      `DELETE FROM ${table} ${foreign}`,
      `UPDATE ${table} SET tenant_id = 'intruder' ${foreign}`,
      `INSERT INTO ${table} SELECT (jsonb_populate_record(NULL::${table}, '{"tenant_id":"victim"}')).*`,
    ]);
    const own = 'SELECT FROM tenant_configuration_history';
    const settings = [`SET ROLE ${role}`, `SET app.tenant_id = 'intruder'`];
    expect(await statementsWithRows(settings, [...attempts, own])).toEqual([[own, 1]]);
  });

  it.each(['attune_definer', 'attune_owner', 'postgres'])(
    'does not let the login become %s',
    async (role) => {
      await expect(querySql(app.database.url, `SET ROLE ${role}`)).rejects.toThrow(
        /permission denied|does not exist/,
      );
    },
  );
});

describe('the API', () => {
  const methods = ['get', 'post', 'put', 'patch', 'delete'];
  const headers = {
    'x-tenant-id': 'victim',
    'tenant-id': 'victim',
    'attune-tenant': 'victim',
    'x-forwarded-user': 'victim',
    ...idempotencyHeaders,
  };

  async function operations(): Promise<[string, string, Operation][]> {
    const { body } = await app.platform.get<{ paths: Record<string, Record<string, Operation>> }>(
      '/openapi.json',
    );
    return Object.entries(body.paths).flatMap(([path, item]) =>
      methods.flatMap((method): [string, string, Operation][] =>
        item[method] ? [[method, path, item[method]]] : [],
      ),
    );
  }

  /** The path with the victim's ids in it. */
  function aimed(path: string): string {
    const id =
      {
        'api-keys': victim.adminKeyId,
        documents: 'vault',
        models: 'gpt-4',
        'change-requests': markedIds.changeRequest,
        'golden-questions': markedIds.goldenQuestion,
        webhooks: markedIds.webhook,
        sessions: markedIds.session,
      }[path.match(/([a-z-]+)\/\{id\}/)?.[1] ?? ''] ?? 'vault';
    return path
      .replace('{tenant_id}', 'victim')
      .replace('{id}', id)
      .replace('{delivery}', markedIds.delivery)
      .replace('{version}', '4')
      .replace('{plan}', 'pro');
  }

  function searches(path: string): string[] {
    const pages = markedIds.cursors.map((cursor) => `?cursor=${encodeURIComponent(cursor)}`);
    return ['', '?tenant_id=victim', ...(path.endsWith('/diff') ? ['?from=1&to=4'] : []), ...pages];
  }

  /** The operation's own example, and everything else that might reach what the victim has. */
  function bodiesOf(method: string, { requestBody }: Operation): (object | undefined)[] {
    if (method === 'get' || method === 'delete') return [undefined];
    const example = exampleOf(requestBody);
    return [
      example,
      { ...example, tenant_id: 'victim', id: 'vault', to_version: 4 },
      { to_version: 4 },
      { id: 'vault', title: 'mine', text: 'mine' },
      { question: 'What is the vault code?' },
    ];
  }

  async function attempts(
    client: ApiClient,
    each: [string, string, Operation],
  ): Promise<ApiResponse<unknown>[]> {
    const [method, path, operation] = each;
    const answers: ApiResponse<unknown>[] = [];
    for (const search of searches(path))
      for (const body of bodiesOf(method, operation)) {
        const json = body && {
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        };
        answers.push(
          await client.send(aimed(path) + search, { method: method.toUpperCase(), headers, ...json }),
        );
      }
    return answers;
  }

  function expectNothingOfTheVictim(path: string, answer: ApiResponse<unknown>): void {
    const { status, body } = answer;
    expect([path, JSON.stringify(body)]).toEqual([path, expect.not.stringContaining(marker)]);
    expect([path, status < 500]).toEqual([path, true]);
    if (path.startsWith('/v1/platform/')) expectProblem(answer, 403, 'forbidden');
  }

  it('neither shows nor changes anything of another tenant, in any operation', async () => {
    const before = await readTenantData(victim, app.platform);
    const tried: string[] = [];
    for (const operation of await operations()) {
      const [method, path] = operation;
      for (const client of [intruder.admin, intruder.member])
        for (const answer of await attempts(client, operation)) expectNothingOfTheVictim(path, answer);
      tried.push(`${method} ${path}`);
    }
    expect(tried.length).toBeGreaterThanOrEqual(34);
    expect(await readTenantData(victim, app.platform)).toEqual(before);
  });

  it('neither shows nor changes anything of another tenant, in any tool of MCP', async () => {
    const before = await readTenantData(victim, app.platform);
    const { admin, adminKey } = await createTenant(app.platform, 'assistant');
    await admin.post('/v1/documents', { title: 'Mine', text: 'The vault code is mine.' });
    const question = 'What is the vault code?';
    const change = { setting: 'prompt_variables', patch: { temperature: 0.9 }, reason: 'r' };
    const values = { id: 'vault', query: question, question, ...change };
    const client = await connectLegacy(app.replica.url, adminKey);
    for (const { name, inputSchema } of await client.listTools()) {
      const { properties = {} } = inputSchema as { properties?: object };
      const args = Object.entries(values).filter(([field]) => field in properties);
      const answer = await client.call(name, Object.fromEntries(args));
      const hasNothing: unknown = expect.not.stringContaining(marker);
      expect([name, answer.isError, JSON.stringify(answer)]).toEqual([name, name === 'fetch', hasNothing]);
    }
    await client.close();
    expect(await readTenantData(victim, app.platform)).toEqual(before);
  });

  it('answers 404 for resources of another tenant', async () => {
    const { admin } = intruder;
    expectProblem(await admin.get('/v1/documents/second'), 404, 'not-found');
    expectProblem(await admin.del('/v1/documents/second'), 404, 'not-found');
    expectProblem(await admin.del(`/v1/api-keys/${victim.adminKeyId}`), 404, 'not-found');
    expectProblem(await admin.del(`/v1/sessions/${markedIds.session}`), 404, 'not-found');
  });

  it('treats an Idempotency-Key of another tenant as new', async () => {
    const { status, body } = await intruder.admin.post<{ name: string }>(
      '/v1/api-keys',
      { name: 'mine', role: 'member' },
      { 'idempotency-key': `${marker}-twice` },
    );
    const other = await victim.admin.post<{ name: string }>(
      '/v1/api-keys',
      { name: 'theirs', role: 'member' },
      { 'idempotency-key': `${marker}-twice` },
    );
    expect([status, body.name, other.status, other.body.name]).toEqual([201, 'mine', 201, 'theirs']);
  });
});
