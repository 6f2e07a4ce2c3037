import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderLock } from './folder-lock.js';

describe('the lock of a folder', () => {
  let folder: string;
  const lockFile = () => join(folder, 'attune.lock');

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'attune-lock-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('names the process that holds it, and goes when it is given back', async () => {
    const lock = await FolderLock.acquire(folder);
    expect(await readFile(lockFile(), 'utf8')).toBe(String(process.pid));
    await lock.release();
    expect(existsSync(lockFile())).toBe(false);
  });

  it('keeps out whoever comes while its process runs, and tells the way out', async () => {
    await writeFile(lockFile(), String(process.ppid));
    await expect(FolderLock.acquire(folder)).rejects.toThrow(
      new RegExp(`${folder} is in use by process ${process.ppid}.*DATA_DIR.*DATABASE_URL`),
    );
    expect(await readFile(lockFile(), 'utf8')).toBe(String(process.ppid));
  });

  it.each(['', 'garbage', '0', '-1', '4194303999', String(process.pid)])(
    'is taken over from %j, which is no running process',
    async (left) => {
      await writeFile(lockFile(), left);
      await FolderLock.acquire(folder);
      expect(await readFile(lockFile(), 'utf8')).toBe(String(process.pid));
    },
  );

  it('fails as it is where there is no folder', async () => {
    await expect(FolderLock.acquire(join(folder, 'missing'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
