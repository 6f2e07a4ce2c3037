/** Jest's globalSetup: starts the servers of a run. What its test files write goes into the folder of the run, which ends with it. */
import { chmodSync } from 'node:fs';
import { findMemoryFolder } from './memory-folder.js';
import startServers from './start-servers.js';

export default async function setUp() {
  await startServers(process.env.TMPDIR ?? findMemoryFolder());
  const folder = process.env.TEST_RUN_FOLDER;
  // Servers that refuse to run as root have folders of their own in it.
  chmodSync(folder, 0o711);
  process.env.TMPDIR = folder;
}
