export { type HealthCheckResult, HealthChecks } from './health.js';
export { type LogLevel, LogOutput, NestLogger } from './logger.js';
export {
  type CounterMetric,
  type HistogramMetric,
  type Labels,
  type GaugeMetric,
  type MetricOptions,
  Metrics,
} from './metrics.js';
export { TelemetryModule } from './telemetry.module.js';
