#!/usr/bin/env node
import { findNodeVersionProblem } from '#kernel';

const problem = findNodeVersionProblem(process.versions.node);
if (problem === null) {
  // An old Node cannot load the rest.
  const { run } = await import('./run.js');
  await run(process.env);
} else {
  process.stderr.write(`attune: ${problem}\n`);
  process.exitCode = 1;
}
