export { type HealthCheckResult, HealthChecks } from './health-checks.js';
export { type LogLevel, LogOutput, NestLogger } from './nest-logger.js';
export {
  type CounterMetric,
  type HistogramMetric,
  type Labels,
  type GaugeMetric,
  type MetricOptions,
  Metrics,
} from './metrics.js';
export { TelemetryModule } from './telemetry.module.js';
