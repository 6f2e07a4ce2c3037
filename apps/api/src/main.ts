// An old Node has no export `enableCompileCache`, and must get as far as the message.
import module from 'node:module';
import { constants } from 'node:os';
import { findNodeVersionProblem } from '#kernel';

// As the first process of a container, this one ignores a signal without a handler. Once it can listen, `shutDownOnSignals` takes over.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => process.exit(128 + constants.signals[signal]));

const problem = findNodeVersionProblem(process.versions.node);
if (problem === null) {
  process.stderr.write('Attune is starting.\n');
  // Loading the product takes seconds on a small machine; from the second start on, it is compiled already. An old Node cannot load it.
  module.enableCompileCache();
  const { start } = await import('./start.js');
  await start(process.env);
} else {
  process.stderr.write(`attune: ${problem}\n`);
  process.exitCode = 1;
}
