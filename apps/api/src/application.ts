import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { settingNames } from '#config';
import { type AnsweredRequest, createHost } from '#http';
import { Environment } from '#kernel';
import { Logs, NestLogger } from '#telemetry';
import { AppModule } from './app.module.js';
import { openApiDocument } from './openapi.js';
import { Readiness } from './readiness.js';

type Variables = Readonly<Record<string, string | undefined>>;

/** The whole product as one Nest application, its routes in place, not listening yet. */
export async function createApplication(variables: Variables): Promise<NestFastifyApplication> {
  const environment = Environment.read(variables, settingNames);
  const logs = new Logs(environment.logLevel);
  const readiness = new Readiness();
  const module = AppModule.withEnvironment(environment, readiness);
  const adapter = await createHost({
    onAnswered: logs.inLots(fieldsOf),
    isDraining: () => readiness.state === 'draining',
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: new NestLogger(logs.log),
    abortOnError: false,
    // Fastify's own JSON parser does; Nest's would take forms as well.
    bodyParser: false,
    bufferLogs: false,
  });
  SwaggerModule.setup('docs', app, () => openApiDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'Attune API',
  });
  return app;
}

function fieldsOf({ id, principal, method, route, status, ms, facts }: AnsweredRequest): object {
  return {
    request_id: id,
    tenant_id: principal?.tenantId ?? null,
    actor: principal?.actor ?? null,
    method,
    route,
    status,
    ms: Math.round(ms * 100) / 100,
    ...(facts && { facts }),
  };
}
