import { Module } from '@nestjs/common';
import { BackupController } from './backup.controller.js';
import { BackupRepository } from './backup.repository.js';
import { BackupService } from './backup.service.js';

/** Backups of the embedded database while it runs. */
@Module({ controllers: [BackupController], providers: [BackupRepository, BackupService] })
export class BackupModule {}
