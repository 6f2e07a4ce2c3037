import { Injectable } from '@nestjs/common';
import { type Author, Database, allTenants } from '#database';
import { ConflictError } from '#kernel';
import { BackupRepository } from './backup.repository.js';

/** Backs up the embedded database. */
@Injectable()
export class BackupService {
  constructor(
    private readonly database: Database,
    private readonly repository: BackupRepository,
  ) {}

  /**
   * The files of the database as a gzipped tar. Its own entry in the audit log is in it. If the backup fails, the entry stays.
   *
   * @throws ConflictError when the service runs on Postgres.
   */
  async create(author: Author): Promise<Blob> {
    const { backUp } = this.database;
    if (backUp === null)
      throw new ConflictError(
        'The service runs on Postgres: back it up with pg_dump, or as your provider says.',
      );
    await this.database.asPlatform(allTenants, () => this.repository.recordBackup(), author);
    return backUp();
  }
}
