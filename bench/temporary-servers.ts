import { join } from 'node:path';
import { type TestDatabase, createEmptyDatabase, createTestDatabase, testRedisUrl } from '#testing';

/** Databases are made on the cluster of `TEST_DATABASE_URL`, or on one of this run's own. */
export interface DatabaseServer {
  /** Migrated, without a tenant. */
  create(): Promise<TestDatabase>;
  /** Without a table. */
  createEmpty(): Promise<TestDatabase>;
  stop(): Promise<void>;
}

export interface TemporaryServers extends DatabaseServer {
  /** Of `TEST_REDIS_URL`, or of this run's own. */
  readonly redisUrl: string;
}

interface JestHook {
  readonly default: () => Promise<void>;
}

const databases = { create: createTestDatabase, createEmpty: createEmptyDatabase };

export async function startDatabaseServer(): Promise<DatabaseServer> {
  return process.env['TEST_DATABASE_URL'] ? { ...databases, stop: () => Promise.resolve() } : startServers();
}

export async function startServers(): Promise<TemporaryServers> {
  await (await importJestHook('start-servers')).default();
  const { default: stop } = await importJestHook('stop-servers');
  return { ...databases, redisUrl: testRedisUrl(), stop };
}

/** What the tests start before they run. */
async function importJestHook(name: string): Promise<JestHook> {
  return (await import(join(import.meta.dirname, `../libs/testing/jest/${name}.js`))) as JestHook;
}
