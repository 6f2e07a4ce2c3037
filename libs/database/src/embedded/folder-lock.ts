import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Keeps a second process out of a folder. PGlite has no lock of its own, and two processes in one folder destroy it. A lock file
 * of a process that no longer runs is taken over, and also one with this process's own id, because containers reuse id 1.
 */
export class FolderLock {
  private constructor(private readonly file: string) {}

  /** @throws Error that names the process which uses the folder. */
  static async acquire(folder: string): Promise<FolderLock> {
    const file = join(folder, 'attune.lock');
    if (await tryCreateFile(file)) return new FolderLock(file);
    const ownerPid = Number(await readFile(file, 'utf8').catch(() => ''));
    if (isRunning(ownerPid)) throw new Error(inUseMessage(folder, ownerPid));
    await rm(file, { force: true });
    if (await tryCreateFile(file)) return new FolderLock(file);
    throw new Error(inUseMessage(folder, null));
  }

  async release(): Promise<void> {
    await rm(this.file, { force: true });
  }
}

function inUseMessage(folder: string, ownerPid: number | null): string {
  const process = ownerPid === null ? 'another process' : `process ${ownerPid}`;
  return `The embedded database in ${folder} is in use by ${process}. Stop it, set DATA_DIR to another folder, or give both a Postgres with DATABASE_URL.`;
}

async function tryCreateFile(file: string): Promise<boolean> {
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
