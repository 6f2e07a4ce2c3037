import { Client } from 'pg';
import {
  type ApiClient,
  type ApiResponse,
  type Replica,
  type TestDatabase,
  createTestDatabase,
  startReplica,
  waitFor,
} from '#testing';

/** The running product on its own Postgres database. */
export interface TestApp {
  readonly replica: Replica;
  readonly database: TestDatabase;
  /** A client with the platform admin's key. */
  readonly platform: ApiClient;
  /** Runs plain SQL that the product does not know of. */
  asSuperuser<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** Creates a tenant with the next numbered id; its plan is `pro` unless another is named. */
  createTenant(plan?: string): Promise<TestTenant>;
}

type Environment = Readonly<Record<string, string>>;

/** A tenant with a client for each of its roles. */
export interface TestTenant {
  readonly id: string;
  readonly admin: ApiClient;
  readonly member: ApiClient;
  readonly adminKeyId: string;
  readonly adminKey: string;
  readonly memberKey: string;
}

/** The members of `GET /v1/config` that tests read. */
export interface ConfigurationResponse extends Record<string, unknown> {
  readonly version: number;
  readonly override_allowed: boolean;
  readonly last_modified_by_role: string;
  readonly sources?: Record<string, string>;
  readonly own?: Record<string, unknown>;
  readonly kept?: string[];
}

export interface FieldError extends Record<string, unknown> {
  readonly field: string;
  readonly rule: string;
}

export interface Problem extends Record<string, unknown> {
  readonly type: string;
  readonly status: number;
  readonly errors?: FieldError[];
  readonly current_version?: number;
  readonly changed_fields?: string[];
}

export interface HistoryEntry extends Record<string, unknown> {
  readonly version: number;
  readonly action: string;
  readonly changed_by: string;
  readonly changes: { field: string; from: unknown; to: unknown }[];
}

interface CreatedTenant {
  readonly admin_key: { readonly id: string; readonly key: string };
}

/** Repeats a set-up request while the response is 503, as a client would, because the machine may be busy. */
async function retryWhileUnavailable<T>(send: () => Promise<ApiResponse<T>>): Promise<ApiResponse<T>> {
  return waitFor(async () => {
    const response = await send();
    return response.status === 503 ? null : response;
  });
}

/**
 * Starts the product before the tests of a file or `describe`, and stops it after them. Its members exist inside hooks and tests.
 *
 * @param tenantPrefix `createTenant` numbers its tenants: `tenant-1`, `tenant-2`.
 * @param env Variables of the replica, or a function that first starts the servers that they name. Changes per hour are not limited
 *   unless `CONFIG_CHANGES_PER_HOUR` says so.
 */
export function useTestApp(
  tenantPrefix = 'tenant',
  env: Environment | ((database: TestDatabase) => Promise<Environment>) = {},
): TestApp {
  let database: TestDatabase | undefined;
  let replica: Replica | undefined;
  let count = 0;
  beforeAll(async () => {
    database = await createTestDatabase();
    replica = await startTestReplica(database, typeof env === 'function' ? await env(database) : env);
  });
  afterAll(async () => {
    await replica?.stop();
    await database?.drop();
  });
  return {
    get database() {
      return started(database);
    },
    get replica() {
      return started(replica);
    },
    get platform() {
      return this.replica.api;
    },
    asSuperuser(sql, values) {
      return querySql(this.database.superuserUrl, sql, values);
    },
    createTenant(plan) {
      return createTenant(this.platform, `${tenantPrefix}-${(count += 1)}`, plan);
    },
  };
}

function started<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('The test app exists only inside hooks and tests.');
  return part;
}

function startTestReplica({ url, migrationUrl }: TestDatabase, env: Environment): Promise<Replica> {
  const defaults = { DATABASE_URL: url, MIGRATION_DATABASE_URL: migrationUrl, CONFIG_CHANGES_PER_HOUR: '0' };
  return startReplica({ env: { ...defaults, ...env } });
}

/** Creates a tenant with a fixed id, for tests that repeat the id in paths and files. */
export async function createTenant(platform: ApiClient, id: string, plan = 'pro'): Promise<TestTenant> {
  const created = await retryWhileUnavailable(() =>
    platform.post<CreatedTenant>('/v1/platform/tenants', { tenant_id: id, name: id, plan }),
  );
  if (created.status !== 201) throw new Error(`${id} was not created: ${JSON.stringify(created.body)}`);
  const { id: adminKeyId, key: adminKey } = created.body.admin_key;
  const admin = platform.as(adminKey);
  const member = await admin.post<{ key: string }>('/v1/api-keys', { name: 'member', role: 'member' });
  const memberKey = member.body.key;
  return { id, admin, member: platform.as(memberKey), adminKeyId, adminKey, memberKey };
}

/** Changes these defaults of a plan, and no others. */
export async function changePlan(platform: ApiClient, plan: string, defaults: object): Promise<void> {
  const path = `/v1/platform/plans/${plan}`;
  const { body } = await platform.get<{ id: string; defaults: object }>(path);
  const { id: _id, ...rest } = body;
  const changed = await platform.put(path, { ...rest, defaults: { ...body.defaults, ...defaults } });
  if (changed.status !== 200) throw new Error(`${plan} was not changed: ${JSON.stringify(changed.body)}`);
}

/** The configuration with its sources, as the tenant sees it. */
export async function getConfiguration(client: ApiClient): Promise<ConfigurationResponse> {
  return (await client.get<ConfigurationResponse>('/v1/config?include=sources')).body;
}

/** The whole history, newest first, over all its pages. */
export async function getHistory(client: ApiClient): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const path: string = `/v1/config/history?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const { body } = await client.get<{ items: HistoryEntry[]; next_cursor: string | null }>(path);
    entries.push(...body.items);
    cursor = body.next_cursor;
  }
  return entries;
}

/** Every field error as `field: rule`, in alphabetical order. */
export function fieldErrorsIn(problem: { errors?: FieldError[] }): string[] {
  return (problem.errors ?? []).map(({ field, rule }) => `${field}: ${rule}`).toSorted();
}

/** Runs one statement as the user of the URL. */
export async function querySql<Row extends object>(
  url: string,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}
