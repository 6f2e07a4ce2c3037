export { type HealthCheckResult, HealthChecks } from './health-checks.js';
export { type LogLevel, LogOutput } from './log-output.js';
export {
  type CounterMetric,
  type HistogramMetric,
  type GaugeMetric,
  type MetricOptions,
  Metrics,
  type Scrape,
} from './metrics/metrics.js';
export { NestLogger } from './nest-logger.js';
export { type FailureDetails, OutageLog, type OutageLogOptions } from './outage-log.js';
export { PeriodicTask, type PeriodicTaskOptions } from './periodic-task.js';
export { type StartedTelemetry, TelemetryModule } from './telemetry.module.js';
export { type ReplicaIdentity, replicaIdentity } from './replica-identity.js';
export { productVersion } from './product-version.js';
export type { Labels } from './metrics/metric-family.js';
export { attributeNames, spanNames } from './tracing/names.js';
export {
  type SpanDescription,
  TraceSpan,
  inSpan,
  noSpan,
  startServerSpan,
  startSpan,
  traceHeaders,
} from './tracing/spans.js';
export { startTracing } from './tracing/start-tracing.js';
export type { Tracing } from './tracing/sdk.js';
export { TracingConfig, tracingConfig, tracingVariables } from './tracing/tracing.config.js';
