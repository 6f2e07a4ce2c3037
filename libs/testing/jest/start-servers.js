/** Starts what a whole run needs, however many test files and workers use it; its files are in a new folder of `place`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPrograms } from './programs.js';
import { startPostgres, startRedis } from './servers.js';

export default async function startServers(place = tmpdir()) {
  const given = { postgres: process.env.TEST_DATABASE_URL, redis: process.env.TEST_REDIS_URL };
  const programs = findPrograms({ postgres: !given.postgres, redis: !given.redis });
  const folder = mkdtempSync(join(place, 'attune-test-'));
  // A run that is interrupted has no teardown.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
  const [postgres, redis] = await Promise.all([
    given.postgres ? { url: given.postgres } : startPostgres(programs.postgres, folder),
    given.redis ? { url: given.redis } : startRedis(programs.redis, folder),
  ]);
  const processes = [postgres.process, redis.process].filter(Boolean);
  globalThis.attuneTestRun = { processes, folder };
  process.env.TEST_DATABASE_URL = postgres.url;
  process.env.TEST_REDIS_URL = redis.url;
  process.env.TEST_RUN_FOLDER = folder;
  // The product is started a hundred times in a run: compiled once, it starts in two thirds of the time.
  process.env.NODE_COMPILE_CACHE = join(folder, 'compiled');
}
