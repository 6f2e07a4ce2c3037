import { Injectable } from '@nestjs/common';
import { Database } from '#database';

/** Notes backups in the audit log. Every method runs in the open transaction of the platform. */
@Injectable()
export class BackupRepository {
  constructor(private readonly database: Database) {}

  async recordBackup(): Promise<void> {
    await this.database.query('SELECT attune_audit_backup()');
  }
}
