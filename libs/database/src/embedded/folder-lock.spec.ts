import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderLock } from './folder-lock.js';

describe('FolderLock', () => {
  let folder: string;
  const lockFile = () => join(folder, 'attune.lock');

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'attune-lock-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('writes its process id into the lock file, and release() removes the file', async () => {
    const lock = await FolderLock.acquire(folder);
    expect(await readFile(lockFile(), 'utf8')).toBe(String(process.pid));
    await lock.release();
    expect(existsSync(lockFile())).toBe(false);
  });

  it('refuses a second process while the first one runs, and says what to do', async () => {
    await writeFile(lockFile(), String(process.ppid));
    await expect(FolderLock.acquire(folder)).rejects.toThrow(
      new RegExp(`${folder} is in use by process ${process.ppid}.*DATA_DIR.*DATABASE_URL`),
    );
    expect(await readFile(lockFile(), 'utf8')).toBe(String(process.ppid));
  });

  it.each(['', 'garbage', '0', '-1', '4194303999', String(process.pid)])(
    'takes over a lock file that contains %j, which is no running process',
    async (left) => {
      await writeFile(lockFile(), left);
      await FolderLock.acquire(folder);
      expect(await readFile(lockFile(), 'utf8')).toBe(String(process.pid));
    },
  );

  it('rejects with ENOENT if the folder does not exist', async () => {
    await expect(FolderLock.acquire(join(folder, 'missing'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
