import { join } from 'node:path';
import { type TestDatabase, createTestDatabase } from '#testing';

/** Databases are made on the cluster of `TEST_DATABASE_URL`, or on one of this run's own. */
export interface DatabaseServer {
  create(): Promise<TestDatabase>;
  stop(): Promise<void>;
}

interface Step {
  readonly default: () => Promise<void>;
}

export async function startDatabaseServer(): Promise<DatabaseServer> {
  if (process.env['TEST_DATABASE_URL']) return { create: createTestDatabase, stop: () => Promise.resolve() };
  await (await step('start-servers')).default();
  const { default: stop } = await step('stop-servers');
  return { create: createTestDatabase, stop };
}

/** What the tests start before they run. */
async function step(name: string): Promise<Step> {
  return (await import(join(import.meta.dirname, `../libs/testing/jest/${name}.js`))) as Step;
}
