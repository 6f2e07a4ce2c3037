import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { FieldErrorResponse, buildSchemaExample, headerReferences } from '#http';
import { introduction, tags } from './openapi/introduction.js';
import { addLinks } from './openapi/links.js';
import type { Operation } from './openapi/operation.js';
import { completeProblems } from './openapi/problem-responses.js';
import { problemSchema } from './openapi/problem-schema.js';
import { responseHeaders } from './openapi/response-headers.js';
import { addSettingTitles } from './openapi/setting-titles.js';
import { describeWebhooks } from './openapi/webhooks.js';

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** Builds the OpenAPI 3.1 document of the application from what its routes declare. */
export function buildOpenApiDocument(app: INestApplication): OpenAPIObject {
  const { publicPath } = app.getHttpAdapter().getInstance() as FastifyInstance;
  const document = SwaggerModule.createDocument(app, createHead(publicPath || '/'), {
    operationIdFactory: buildOperationId,
    extraModels: [FieldErrorResponse],
  });
  const schemas = document.components!.schemas as Record<string, unknown>;
  const responses: Record<string, unknown> = {};
  for (const [path, operations] of Object.entries(document.paths))
    for (const method of methods)
      if (operations[method])
        completeOperation(path, operations[method] as unknown as Operation, { schemas, responses });
  addLinks(document);
  addSettingTitles(schemas);
  document.components = {
    ...document.components,
    schemas: { ...schemas, Problem: problemSchema },
    responses,
    headers: responseHeaders,
  } as never;
  return { ...(toOpenApi31(document) as OpenAPIObject), webhooks: describeWebhooks() } as OpenAPIObject;
}

function createHead(serverUrl: string): Omit<OpenAPIObject, 'paths'> {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Attune')
    .setDescription(introduction)
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer(serverUrl, 'The installation that serves this document')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key or a JWT' })
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'An API key' }, 'apiKey');
  for (const { name, description } of tags) builder.addTag(name, description);
  return builder.build();
}

function buildOperationId(controller: string, method: string): string {
  return `${controller.replace('Controller', '')}_${method}`;
}

interface SharedComponents {
  readonly schemas: Readonly<Record<string, unknown>>;
  readonly responses: Record<string, unknown>;
}

function completeOperation(
  path: string,
  operation: Operation,
  { schemas, responses }: SharedComponents,
): void {
  choosePrefix(path, operation);
  for (const body of Object.values(operation.requestBody?.content ?? {}))
    if (!body.examples) body.example ??= buildSchemaExample(body.schema, schemas);
  completeParameters(operation);
  completeProblems(path, operation, responses);
  addHeaders(operation);
  operation.description = [operation.description, describeCaller(operation)].filter(Boolean).join('\n\n');
  operation.security = operation.security ? [{ bearer: [] }, { apiKey: [] }] : [];
}

/** An object in a query is written as `filter[year]=2026`. */
function completeParameters({ parameters = [] }: Operation): void {
  for (const parameter of parameters)
    if (parameter.in === 'query' && parameter.schema?.type === 'object')
      Object.assign(parameter, { style: 'deepObject', explode: true });
}

function describeCaller({ security, 'x-attune-role': role }: Operation): string {
  if (!security) return 'Needs no credential.';
  return role === 'any' ? 'Needs any credential.' : `Role: \`${String(role)}\`.`;
}

/** Every answer has `X-Request-Id`; 202 says where the work can be followed. */
function addHeaders({ responses }: Operation): void {
  for (const [status, response] of Object.entries(responses)) {
    if (response.$ref !== undefined) continue;
    const names = ['X-Request-Id', ...(status === '202' ? ['Location'] : [])];
    response.headers = { ...headerReferences(names), ...response.headers };
  }
}

/**
 * A controller with two prefixes (`v1/x` and `v1/platform/tenants/:tenant_id/x`) declares roles, tags and the parameter
 * `tenant_id` once for both. This keeps what belongs to the operation's own path.
 */
function choosePrefix(path: string, operation: Operation): void {
  const { 'x-attune-role': role, operationId = '', tags: declaredTags = [], parameters = [] } = operation;
  if (typeof role !== 'object') return;
  const isPlatform = path.startsWith('/v1/platform/');
  operation['x-attune-role'] = isPlatform ? role.platform : role.tenant;
  operation.tags = declaredTags.filter((tag) => tag.startsWith('platform:') === isPlatform);
  operation.parameters = parameters.filter(
    (parameter) => parameter.in !== 'path' || path.includes(`{${parameter.name}}`),
  );
  // Swagger numbers the operations of such a controller: `Keys_list[0]`.
  operation.operationId = `${isPlatform ? 'Platform' : ''}${operationId.replace(/\[\d+\]$/, '')}`;
}

/** Converts from OpenAPI 3.0. In 3.1, `nullable` becomes the type `null`. */
function toOpenApi31(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toOpenApi31);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...rest } = value as Record<string, unknown>;
  const entries = Object.entries(rest).map(([name, inner]) => [
    name,
    name === 'example' || name === 'examples' ? inner : toOpenApi31(inner),
  ]);
  const schema = Object.fromEntries(entries) as Record<string, unknown>;
  if (!nullable) return schema;
  if (typeof schema['type'] === 'string') return { ...schema, type: [schema['type'], 'null'] };
  return { oneOf: [schema, { type: 'null' }] };
}
