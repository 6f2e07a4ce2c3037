#!/usr/bin/env node
// An old Node has no export `enableCompileCache`, and must get as far as the message.
import module from 'node:module';
import { findNodeVersionProblem } from '#kernel';

/** `attune --help | head -2`: the rest is not read, so a closed pipe ends the command quietly. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
}

process.stdout.on('error', endQuietly);
const problem = findNodeVersionProblem(process.versions.node);
if (problem === null) {
  // From the second run on, the rest is compiled already. An old Node cannot load it.
  module.enableCompileCache();
  const { run } = await import('./run.js');
  await run(process.env);
} else {
  process.stderr.write(`attune: ${problem}\n`);
  process.exitCode = 1;
}
