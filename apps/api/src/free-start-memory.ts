import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Gives the memory back that only the start needed. The heap for new objects grows to 64 MB while modules are loaded and wired, and V8
 * keeps it, whether or not it is needed again. It grows again under load. This stops the process for about 0.1 s.
 */
export function freeStartMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as NonNullable<typeof globalThis.gc>;
  setFlagsFromString('--no-expose-gc');
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
