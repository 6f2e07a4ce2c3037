import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { DiagLogLevel, context, diag, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { OutageLog } from '../outage-log.js';
import { replicaIdentity } from '../replica-identity.js';
import type { SamplerName, TracingConfig } from './tracing.config.js';

/** The running recording of traces. */
export interface Tracing {
  /** Sends what is collected, and ends. Takes at most two seconds. */
  shutdown(): Promise<unknown>;
}

function ignore(): void {}

const shutdownTimeoutMs = 2_000;
const repeatFailureMs = 60_000;

/** Makes OpenTelemetry record spans in this process and send them. Only this file knows its SDK. */
export function startSdk(config: TracingConfig, endpoint: string): Tracing {
  logFailures();
  const provider = new TracerProvider({
    sampler: createSampler(config.sampler, config.ratio),
    resource: resourceFromAttributes(resourceAttributesOf(config)),
    spanProcessors: [createProcessor(config, endpoint)],
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const shutdown = () => provider.shutdown().catch(() => undefined);
  return {
    shutdown: () => Promise.race([shutdown(), pause(shutdownTimeoutMs, undefined, { ref: false })]),
  };
}

function createProcessor(
  { headers, exportTimeoutMs, scheduleDelayMs }: TracingConfig,
  url: string,
): BatchSpanProcessor {
  const exporter = new OTLPTraceExporter({ url, headers, timeoutMillis: exportTimeoutMs });
  return new BatchSpanProcessor({
    exporter,
    scheduledDelayMillis: scheduleDelayMs,
    exportTimeoutMillis: exportTimeoutMs,
  });
}

function resourceAttributesOf({ serviceName, resourceAttributes }: TracingConfig): Record<string, string> {
  const { id, version } = replicaIdentity();
  return {
    'service.version': version,
    'service.instance.id': id,
    ...resourceAttributes,
    'service.name': serviceName,
  };
}

function createSampler(name: SamplerName, ratio: number): Sampler {
  const root = createRootSampler(name.replace('parentbased_', ''), ratio);
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
}

function createRootSampler(name: string, ratio: number): Sampler {
  if (name === 'always_off') return new AlwaysOffSampler();
  return name === 'traceidratio' ? new TraceIdRatioBasedSampler(ratio) : new AlwaysOnSampler();
}

/** A receiver that is down costs its spans and nothing else, so one warning a minute is enough. */
function logFailures(): void {
  const outage = new OutageLog(new Logger('traces'), { repeatEveryMs: repeatFailureMs });
  const report = (message: string): void => outage.recordFailure(`Traces could not be sent: ${message}`);
  diag.setLogger(
    { error: report, warn: report, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}
