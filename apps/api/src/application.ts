import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { type AccessLogEntry, RequestMetrics, createHttpAdapter } from '#http';
import { EgressConfig, useProxiesInBuiltInClients } from '#egress';
import type { Variables } from '#kernel';
import { LogOutput, Metrics, NestLogger, TracingConfig, startTracing } from '#telemetry';
import { ApiConfig } from './configuration/api.config.js';
import { AppModule } from './app.module.js';
import { buildOpenApiDocument } from './openapi-document.js';
import { sampleRefusals } from './sample-refusals.js';
import { Readiness } from './http/health.controller.js';

const probeRoutes: ReadonlySet<string | null> = new Set(['/health/live', '/health/ready', '/metrics']);

/**
 * Creates the whole product as one Nest application that does not listen yet. `variables` are those of the environment.
 *
 * @throws EnvironmentError that names every variable with an invalid value.
 */
export async function createApplication(variables: Variables): Promise<NestFastifyApplication> {
  const readiness = new Readiness();
  const metrics = new Metrics();
  const tracing = await startTracing(new TracingConfig(variables));
  const module = AppModule.withVariables(variables, readiness, { metrics, tracing });
  useProxiesInBuiltInClients(new EgressConfig(variables).proxies);
  const { logLevel, trustedProxies, corsOrigins, publicUrl } = new ApiConfig(variables);
  const logs = new LogOutput(logLevel);
  const requests = new RequestMetrics(metrics);
  const log = createAccessLog(logs);
  const adapter = await createHttpAdapter({
    onResponse: (entry) => {
      requests.record(entry);
      log(entry);
    },
    trustedProxies,
    corsOrigins,
    publicUrl,
    ...(tracing !== null && { isTraced: (route: string | null) => !probeRoutes.has(route) }),
    isDraining: () => readiness.state === 'draining',
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: new NestLogger(logs.logger),
    abortOnError: false,
    // createHttpAdapter has its own parsers. Nest's would accept forms on every route.
    bodyParser: false,
    bufferLogs: false,
  });
  SwaggerModule.setup('docs', app, () => buildOpenApiDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'Attune API',
  });
  return app;
}

/** Without the requests by which a load balancer or Prometheus watches the replica, unless one is refused. */
function createAccessLog(logs: LogOutput): (entry: AccessLogEntry) => void {
  const write = sampleRefusals(logs.createBufferedWriter(toLogFields), {
    onSuppressed: (count) =>
      logs.logger.warn({ count }, `${count} refused requests without a valid credential were not logged.`),
  });
  return (entry) => {
    if (entry.status !== 200 || !probeRoutes.has(entry.route)) write(entry);
  };
}

function toLogFields({ logFields: facts, ...entry }: AccessLogEntry): object {
  const { id, principal, method, route, status, ms, isDisconnected, traceId } = entry;
  return {
    request_id: id,
    tenant_id: principal?.tenantId ?? null,
    actor: principal?.actor ?? null,
    method,
    route,
    status,
    ms: Math.round(ms * 100) / 100,
    ...(isDisconnected && { disconnected: true }),
    ...(traceId !== undefined && { trace_id: traceId }),
    ...(facts && { facts }),
  };
}
