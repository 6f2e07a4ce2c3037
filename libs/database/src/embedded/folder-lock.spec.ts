import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderLock } from './folder-lock.js';

/** Another process that takes the lock as the product does, and keeps it until it is killed. */
async function startOwner(folder: string): Promise<ChildProcess> {
  const program = `
    const { DatabaseSync } = require('node:sqlite');
    new DatabaseSync(${JSON.stringify(join(folder, 'lock.sqlite'))}).exec('BEGIN EXCLUSIVE');
    process.stdout.write('locked');
    setInterval(() => undefined, 60_000);`;
  const owner = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(owner.stdout, 'data');
  return owner;
}

async function killOwner(owner: ChildProcess): Promise<void> {
  owner.kill('SIGKILL');
  await once(owner, 'exit');
}

describe('FolderLock', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'attune-lock-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('FolderLock refuses a second owner in the same process until its release, and says what to do', () => {
    const lock = FolderLock.acquire(folder);
    expect(() => FolderLock.acquire(folder)).toThrow(
      new RegExp(`${folder} is in use by another process.*DATA_DIR.*DATABASE_URL`),
    );
    lock.release();
    expect(() => FolderLock.acquire(folder).release()).not.toThrow();
  });

  it('FolderLock refuses a folder that another process uses, and accepts it at once after that process was killed', async () => {
    const owner = await startOwner(folder);
    expect(() => FolderLock.acquire(folder)).toThrow('is in use by another process');
    await killOwner(owner);
    expect(() => FolderLock.acquire(folder).release()).not.toThrow();
  });

  it('FolderLock throws if the folder does not exist', () => {
    expect(() => FolderLock.acquire(join(folder, 'missing'))).toThrow('unable to open database file');
  });
});
