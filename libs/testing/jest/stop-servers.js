/** Jest's globalTeardown: ends what start-servers.js started, and nothing else. */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';

export default async function stopServers() {
  const { processes, folder } = globalThis.attuneTestRun;
  await Promise.all(processes.map(stop));
  rmSync(folder, { recursive: true, force: true });
  process.env.TMPDIR = dirname(folder);
}

/** SIGINT is Postgres's fast shutdown: it does not wait for clients. */
async function stop(server) {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill('SIGINT');
  await ended;
}
