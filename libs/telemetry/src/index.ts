export { type CheckResult, HealthChecks } from './health.js';
export { type LogLevel, Logs, NestLogger } from './logger.js';
export {
  type Count,
  type Distribution,
  type Labels,
  type Level,
  type MetricForm,
  Metrics,
} from './metrics.js';
export { TelemetryModule } from './telemetry.module.js';
