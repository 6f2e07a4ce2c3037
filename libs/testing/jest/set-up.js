/** Jest's globalSetup: starts the servers of a run. What its test files write goes into the folder of the run, which ends with it. */
import { chmodSync, rmSync } from 'node:fs';
import { findMemoryFolder } from './memory-folder.js';
import startServers from './start-servers.js';

export default async function setUp() {
  const memory = findMemoryFolder();
  if (process.env.TMPDIR === undefined && memory !== undefined) process.env.TMPDIR = memory;
  await startServers();
  const folder = process.env.TEST_RUN_FOLDER;
  // Servers that refuse to run as root have folders of their own in it.
  chmodSync(folder, 0o711);
  process.env.TMPDIR = folder;
  // A run that is interrupted has no teardown, and its folder may be in memory.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
}
