import { type DynamicModule, Global, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { CacheModule, CoherentCache } from '#cache';
import { ConfigurationModule, FlagSource, flagSourceOf } from '#config';
import { Database, DatabaseModule } from '#database';
import { HttpModule } from '#http';
import { Environment } from '#kernel';
import { MeteringModule } from '#metering';
import { RagModule } from '#rag';
import { HealthChecks, TelemetryModule } from '#telemetry';
import { TenancyModule } from '#tenancy';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { Readiness } from './readiness.js';

/** Puts the modules together, and fills what runs against the arrows: the database tells the cache what was committed. */
@Global()
@Module({})
export class AppModule {
  constructor(database: Database, cache: CoherentCache, checks: HealthChecks) {
    database.onCommit((changes) => cache.committed(changes));
    checks.register('database', async () => {
      await database.ping();
      return { status: 'ok', detail: null };
    });
  }

  static withEnvironment(environment: Environment): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot({ ignoreEnvFile: true, validate: () => ({ environment }) }),
        TelemetryModule,
        HttpModule,
        DatabaseModule,
        CacheModule,
        TenancyModule,
        ConfigurationModule,
        MeteringModule,
        RagModule,
      ],
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: Environment, useValue: environment },
        { provide: FlagSource, useFactory: flagSourceOf, inject: [Environment] },
        Readiness,
      ],
      exports: [Environment, FlagSource],
    };
  }
}
