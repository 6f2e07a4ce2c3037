import {
  type DynamicModule,
  Global,
  Inject,
  Module,
  type OnApplicationShutdown,
  Optional,
} from '@nestjs/common';
import { Clock, SystemClock } from '#kernel';
import { HealthChecks } from './health-checks.js';
import { Metrics } from './metrics/metrics.js';
import type { Tracing } from './tracing/sdk.js';

/** What was started before Nest, because Nest does not create all that is measured. */
export interface StartedTelemetry {
  readonly metrics: Metrics;
  /** Null: traces are off. */
  readonly tracing: Tracing | null;
}

const started = Symbol('StartedTelemetry');

/** Provides `Clock`, `HealthChecks` and `Metrics` to every module. */
@Global()
@Module({
  providers: [HealthChecks, Metrics, { provide: Clock, useClass: SystemClock }],
  exports: [Clock, HealthChecks, Metrics],
})
export class TelemetryModule implements OnApplicationShutdown {
  /** With these metrics and traces. The last spans are sent when the application shuts down. */
  static withStarted(telemetry: StartedTelemetry): DynamicModule {
    const providers = [
      { provide: Metrics, useValue: telemetry.metrics },
      { provide: started, useValue: telemetry },
    ];
    return { module: TelemetryModule, providers };
  }

  constructor(@Optional() @Inject(started) private readonly telemetry?: StartedTelemetry) {}

  async onApplicationShutdown(): Promise<void> {
    await this.telemetry?.tracing?.shutdown();
  }
}
