import { findNodeVersionProblem } from '#kernel';

const problem = findNodeVersionProblem(process.versions.node);
if (problem === null) {
  // Loading the product takes seconds on a small machine, and an old Node cannot load it.
  const { start } = await import('./start.js');
  await start(process.env);
} else {
  process.stderr.write(`attune: ${problem}\n`);
  process.exitCode = 1;
}
