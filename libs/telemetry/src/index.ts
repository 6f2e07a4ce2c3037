export { type CheckResult, HealthChecks } from './health.js';
export { NestLogger, createLogger } from './logger.js';
export { TelemetryModule } from './telemetry.module.js';
