import { type DynamicModule, Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Environment } from '#kernel';
import type { EntityClass } from './data-source.js';
import { Database } from './database.js';
import { openDatabase } from './open-database.js';

/** Provides the one `Database` to every module. It is opened and migrated before they start, and closed after them. */
@Global()
@Module({
  providers: [
    {
      provide: Database,
      useFactory: (environment: Environment) => openDatabase(environment),
      inject: [Environment],
    },
  ],
  exports: [Database],
})
export class DatabaseModule implements OnApplicationShutdown {
  /** With exactly these entities; imported plainly, the module takes every one that the process has loaded. */
  static forRoot(entities: readonly EntityClass[]): DynamicModule {
    const useFactory = (environment: Environment) => openDatabase(environment, entities);
    return { module: DatabaseModule, providers: [{ provide: Database, useFactory, inject: [Environment] }] };
  }

  constructor(private readonly database: Database) {}

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}
