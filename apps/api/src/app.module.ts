import { type DynamicModule, Global, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { CacheModule, ChangeFeed, CoherentCache } from '#cache';
import {
  ApprovalQueue,
  ConfigurationModule,
  ConfigurationTrial,
  ConfiguredLimits,
  ConfiguredPlanChangeCheck,
  FlagSource,
  OpenChangeRequestService,
  RolloutObserver,
  configurationConfig,
  createFlagSource,
} from '#config';
import { Database, type DatabaseAvailability, DatabaseChangeFeed, DatabaseModule } from '#database';
import { HttpModule } from '#http';
import type { Variables } from '#kernel';
import { MeteringModule, TenantLimits } from '#metering';
import { BlastRadiusCalculator, OperationsModule, ReplicaState, RolloutObservationBuffer } from '#operations';
import { PlugsModule } from '#plugs';
import { ConfiguredModelEnvironment, RagModule, RagTrial } from '#rag';
import { type HealthCheckResult, HealthChecks, type StartedTelemetry, TelemetryModule } from '#telemetry';
import { BlastRadius, ModelEnvironment, PlanChangeCheck, TenancyModule, TenantUpdateQueue } from '#tenancy';
import { ConsoleController } from './console/console.controller.js';
import { loadSections } from './configuration/load-sections.js';
import { entities } from './entities.js';
import { HealthController, Readiness } from './http/health.controller.js';

import { MetricsController } from './http/metrics.controller.js';

/** Ports that a lower module declares and a module above it fills. */
const ports = [
  { provide: ApprovalQueue, useExisting: OpenChangeRequestService },
  { provide: BlastRadius, useExisting: BlastRadiusCalculator },
  { provide: ConfigurationTrial, useExisting: RagTrial },
  { provide: ModelEnvironment, useExisting: ConfiguredModelEnvironment },
  { provide: PlanChangeCheck, useExisting: ConfiguredPlanChangeCheck },
  { provide: ReplicaState, useExisting: Readiness },
  { provide: RolloutObserver, useExisting: RolloutObservationBuffer },
  { provide: TenantLimits, useExisting: ConfiguredLimits },
  { provide: TenantUpdateQueue, useExisting: OpenChangeRequestService },
];

/** Composes the modules, binds the ports that a lower module declares, and connects the database with the cache: commits and outages. */
@Global()
@Module({})
export class AppModule {
  constructor(database: Database, cache: CoherentCache, checks: HealthChecks) {
    database.onCommit((changes) => cache.publishCommitted(changes));
    cache.setStoreAvailable(database.availability.isAvailable);
    database.availability.onChange((isUp) => cache.setStoreAvailable(isUp));
    checks.register('database', () => checkDatabase(database));
    const { standby } = database;
    if (standby !== null) checks.register('standby', async () => checkStandby(standby.availability));
  }

  /** @throws EnvironmentError that names every faulty variable. */
  static withVariables(
    variables: Variables,
    readiness: Readiness,
    telemetry: StartedTelemetry,
  ): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot({
          isGlobal: true,
          ignoreEnvFile: true,
          ignoreEnvVars: true,
          skipProcessEnv: true,
          load: loadSections(variables),
        }),
        TelemetryModule.withStarted(telemetry),
        HttpModule,
        DatabaseModule.forRoot(entities),
        CacheModule,
        TenancyModule,
        ConfigurationModule,
        MeteringModule,
        OperationsModule,
        RagModule,
        PlugsModule,
      ],
      controllers: [ConsoleController, HealthController, MetricsController],
      providers: [
        { provide: FlagSource, useFactory: createFlagSource, inject: [configurationConfig.KEY] },
        {
          provide: ChangeFeed,
          useFactory: (database: Database) => new DatabaseChangeFeed(database),
          inject: [Database],
        },
        ...ports,
        { provide: Readiness, useValue: readiness },
      ],
      exports: [ChangeFeed, FlagSource, ...ports.map(({ provide }) => provide)],
    };
  }
}

/** Nothing is wrong for those who ask: the primary answers in its place. */
function checkStandby({ isAvailable, since, reason }: DatabaseAvailability): HealthCheckResult {
  return isAvailable
    ? { status: 'ok', detail: null }
    : { status: 'degraded', detail: `not read since ${since.toISOString()}: ${reason}` };
}

/** Reports since when the database is down and why, but not its host: the endpoint is public. */
async function checkDatabase(database: Database): Promise<HealthCheckResult> {
  const { isAvailable: isUp, since, reason } = database.availability;
  if (!isUp) return { status: 'degraded', detail: `not reachable since ${since.toISOString()}: ${reason}` };
  await database.ping();
  const { hasFullDisk } = database.availability;
  return hasFullDisk
    ? { status: 'degraded', detail: 'its disk is full: changes and queries fail' }
    : { status: 'ok', detail: null };
}
