import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Keeps a second process out of a folder. PGlite has no lock of its own, and two processes in one folder destroy it. The lock is
 * SQLite's lock on an empty file, which the operating system holds for the process: another container sees it too, and it ends
 * with the process, however that ends.
 */
export class FolderLock {
  private constructor(private readonly lock: DatabaseSync) {}

  /** @throws Error that says what to do when the folder is in use. */
  static acquire(folder: string): FolderLock {
    const lock = new DatabaseSync(join(folder, 'lock.sqlite'), { timeout: 0 });
    try {
      lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
      return new FolderLock(lock);
    } catch (error) {
      lock.close();
      if ((error as { errcode?: number }).errcode !== busyCode) throw error;
      throw new Error(
        `The embedded database in ${folder} is in use by another process. Stop it, set DATA_DIR to another folder, or give both a Postgres with DATABASE_URL.`,
        { cause: error },
      );
    }
  }

  /** The file stays: it is empty, and removing it would open a gap between two processes. */
  release(): void {
    this.lock.close();
  }
}

/** SQLITE_BUSY: another connection holds the lock. */
const busyCode = 5;
