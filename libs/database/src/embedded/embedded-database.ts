import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { FolderLock } from './folder-lock.js';

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
   * @throws Error when another process has it open.
   */
  static async open(folder: string): Promise<EmbeddedDatabase> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const lock = await FolderLock.acquire(folder);
    try {
      const engine = await PGlite.create(join(folder, 'postgres'), { extensions: { vector } });
      const socketFolder = await mkdtemp(join(tmpdir(), 'attune-'));
      const path = join(socketFolder, '.s.PGSQL.5432');
      const server = new PGLiteSocketServer({ db: engine, path, maxConnections: 20 });
      await server.start();
      return new EmbeddedDatabase(socketFolder, server, engine, lock);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.server.stop();
    await this.engine.close();
    await rm(this.socketFolder, { recursive: true, force: true });
    await this.lock.release();
  }
}
