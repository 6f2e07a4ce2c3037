import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { dataDir as loadNewCluster } from '@electric-sql/pglite-prepopulatedfs';
import { vector } from '@electric-sql/pglite-pgvector';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { FolderLock } from './folder-lock.js';
import { sayProgress } from './say-progress.js';

/** ENOSPC, as the engine numbers errors. */
const diskIsFull = 51;

/** Postgres in this process. Its files are in one folder, and only this user can open its Unix socket. */
export class EmbeddedDatabase {
  private constructor(
    readonly socketFolder: string,
    private readonly server: PGLiteSocketServer,
    private readonly engine: PGlite,
    private readonly lock: FolderLock,
  ) {}

  /**
   * Opens the database in `folder`. Creates both if they do not exist.
   *
   * @throws Error when another process has it open, or its files are damaged.
   */
  static async open(folder: string): Promise<EmbeddedDatabase> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const lock = FolderLock.acquire(folder);
    try {
      const engine = await openEngine(join(folder, 'postgres'));
      const socketFolder = await mkdtemp(join(tmpdir(), 'attune-'));
      const path = join(socketFolder, '.s.PGSQL.5432');
      const server = new PGLiteSocketServer({ db: engine, path, maxConnections: 20 });
      await server.start();
      return new EmbeddedDatabase(socketFolder, server, engine, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Its files as a gzipped tar, all of one moment between two statements. It has what was committed until then. */
  backUp(): Promise<Blob> {
    return this.engine.dumpDataDir('gzip');
  }

  async close(): Promise<void> {
    await this.server.stop();
    await this.engine.close();
    await rm(this.socketFolder, { recursive: true, force: true });
    this.lock.release();
  }
}

async function openEngine(folder: string): Promise<PGlite> {
  const isNew = !existsSync(folder);
  try {
    return await sayProgress(
      `${isNew ? 'Creating' : 'Opening'} the embedded database in ${folder}.`,
      async () => {
        // Unpacking an empty cluster takes a third of the time of making one.
        const loaded = isNew && { loadDataDir: await loadNewCluster() };
        return PGlite.create(folder, { extensions: { vector }, ...loaded });
      },
    );
  } catch (error) {
    // Half of a new database would stop the next start.
    if (isNew) await rm(folder, { recursive: true, force: true });
    throw openingError(folder, isNew, error);
  }
}

/** What the failure to open or create the database means. On a full disk, the engine throws an object that is no Error and says nothing. */
export function openingError(folder: string, isNew: boolean, cause: unknown): Error {
  if ((cause as { errno?: number }).errno === diskIsFull)
    return new Error(
      `There is no space left for the embedded database in ${folder}. Free some, or set DATA_DIR to a folder on another disk.`,
      { cause },
    );
  if (isNew) return cause instanceof Error ? cause : new Error('The embedded database failed.', { cause });
  return new Error(
    `The embedded database in ${folder} cannot be opened; its files may be damaged. Restore the folder from a backup, or move it away to begin with an empty database.`,
    { cause },
  );
}
