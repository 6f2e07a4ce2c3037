import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Environment } from '#kernel';
import { Database } from './database.js';
import { openDatabase } from './open-database.js';

/** Gives every module the one `Database`, open and migrated. */
@Global()
@Module({
  providers: [{ provide: Database, useFactory: openDatabase, inject: [Environment] }],
  exports: [Database],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(private readonly database: Database) {}

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}
