import { type DynamicModule, Global, Module, type OnApplicationShutdown, Optional } from '@nestjs/common';
import { Metrics } from '#telemetry';
import { type DatabaseConfig, databaseConfig } from './database.config.js';
import type { EntityClass } from './data-source.js';
import { Database } from './database.js';
import { openDatabase } from './open-database.js';
import { registerStandbyMetrics } from './standby/standby-metrics.js';
import { registerDatabaseMetrics } from './transaction/database-metrics.js';

/** Provides the one `Database` to every module. It is opened and migrated before they start, and closed after them. */
@Global()
@Module({
  providers: [
    {
      provide: Database,
      useFactory: (config: DatabaseConfig) => openDatabase(config),
      inject: [databaseConfig.KEY],
    },
  ],
  exports: [Database],
})
export class DatabaseModule implements OnApplicationShutdown {
  /** With exactly these entities; imported plainly, the module takes every one that the process has loaded. */
  static forRoot(entities: readonly EntityClass[]): DynamicModule {
    const useFactory = (config: DatabaseConfig) => openDatabase(config, entities);
    return {
      module: DatabaseModule,
      providers: [{ provide: Database, useFactory, inject: [databaseConfig.KEY] }],
    };
  }

  constructor(
    private readonly database: Database,
    @Optional() metrics?: Metrics,
  ) {
    if (metrics === undefined) return;
    const { transactions, standby } = database;
    registerDatabaseMetrics(metrics, transactions, standby?.transactions ?? null);
    registerStandbyMetrics(metrics, standby);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}
