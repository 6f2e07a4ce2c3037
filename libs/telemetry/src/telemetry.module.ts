import { Global, Module } from '@nestjs/common';
import { Clock, SystemClock } from '#kernel';
import { HealthChecks } from './health-checks.js';
import { Metrics } from './metrics.js';

/** Provides `Clock`, `HealthChecks` and `Metrics` to every module. */
@Global()
@Module({
  providers: [HealthChecks, Metrics, { provide: Clock, useClass: SystemClock }],
  exports: [Clock, HealthChecks, Metrics],
})
export class TelemetryModule {}
