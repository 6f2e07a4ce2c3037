export { type HealthCheckResult, HealthChecks } from './health-checks.js';
export { type LogLevel, LogOutput } from './log-output.js';
export {
  type CounterMetric,
  type HistogramMetric,
  type Labels,
  type GaugeMetric,
  type MetricOptions,
  Metrics,
} from './metrics.js';
export { NestLogger } from './nest-logger.js';
export { type FailureDetails, OutageLog, type OutageLogOptions } from './outage-log.js';
export { PeriodicTask, type PeriodicTaskOptions } from './periodic-task.js';
export { TelemetryModule } from './telemetry.module.js';
export { productVersion } from './product-version.js';
