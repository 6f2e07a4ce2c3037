import { join } from 'node:path';
import { type TestDatabase, createEmptyDatabase, createTestDatabase, testRedisUrl } from '#testing';

/** Creates databases on the cluster of `TEST_DATABASE_URL`, or on a temporary one. */
export interface DatabaseServer {
  /** A migrated database without tenants. */
  create(): Promise<TestDatabase>;
  /** A database without tables. */
  createEmpty(): Promise<TestDatabase>;
  stop(): Promise<void>;
}

export interface TemporaryServers extends DatabaseServer {
  /** From `TEST_REDIS_URL`, or of a temporary server. */
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

/**
 * Aborts at Ctrl-C, so that a run can finish and clean up. The temporary servers stop at once on Ctrl-C, so call this after
 * starting them. A second Ctrl-C ends the process.
 */
export function abortOnInterrupt(): AbortSignal {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.removeAllListeners(signal).once(signal, () => interrupted.abort());
  return interrupted.signal;
}

/** The set-up of the tests, which starts the servers. */
async function importJestHook(name: string): Promise<JestHook> {
  return (await import(join(import.meta.dirname, `../libs/testing/jest/${name}.js`))) as JestHook;
}
