import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Clock, SystemClock } from '#kernel';
import { HealthChecks } from './health-checks.js';
import { Metrics } from './metrics/metrics.js';

/** Provides `Clock`, `HealthChecks` and `Metrics` to every module. */
@Global()
@Module({
  providers: [HealthChecks, Metrics, { provide: Clock, useClass: SystemClock }],
  exports: [Clock, HealthChecks, Metrics],
})
export class TelemetryModule {
  /** With these metrics, into which something may count that Nest does not create. */
  static withMetrics(metrics: Metrics): DynamicModule {
    return { module: TelemetryModule, providers: [{ provide: Metrics, useValue: metrics }] };
  }
}
