import { readFileSync, statfsSync } from 'node:fs';

const folder = '/dev/shm';
const gibibyte = 2 ** 30;

/**
 * Linux's file system in memory, if programs may run there and there is plenty of room; else undefined. A run writes many small files, and
 * none of them has to outlive it.
 */
export function findMemoryFolder() {
  try {
    const { bavail, bsize } = statfsSync(folder);
    const hasRoom = bavail * bsize > 6 * gibibyte && process.availableMemory() > 12 * gibibyte;
    return hasRoom && mayExecute() ? folder : undefined;
  } catch {
    return undefined;
  }
}

function mayExecute() {
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  const mount = mounts.map((line) => line.split(' ')).findLast(([, path]) => path === folder);
  return mount !== undefined && !mount[3].split(',').includes('noexec');
}
