import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { type DeclaredRole, buildSchemaExample, problemExample, problemSchema } from '#http';
import type { ProblemSlug } from '#kernel';

interface Operation {
  operationId?: string;
  tags?: string[];
  parameters?: { readonly in: string; readonly name: string }[];
  'x-attune-role'?: DeclaredRole;
  readonly responses: Record<string, unknown>;
  security?: unknown;
  readonly requestBody?: {
    readonly content: Record<string, { schema: unknown; example?: unknown; examples?: unknown }>;
  };
}

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;
const commonProblems: ProblemSlug[] = ['invalid-input', 'internal', 'unavailable'];
const authenticationProblems: ProblemSlug[] = ['unauthenticated', 'forbidden'];
const statusBySlug: Partial<Record<ProblemSlug, string>> = {
  'invalid-input': '400',
  unauthenticated: '401',
  forbidden: '403',
  internal: '500',
  unavailable: '503',
};

/** Builds the OpenAPI 3.1 document of the application from what its routes declare. */
export function buildOpenApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Attune')
    .setDescription('Per-tenant configuration for RAG products, and the query that applies it.')
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key or a JWT' })
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'The same' }, 'api-key')
    .build();
  const document = SwaggerModule.createDocument(app, config, { operationIdFactory: buildOperationId });
  document.components!.schemas!['Problem'] = problemComponent as never;
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const method of methods) {
      if (!operations[method]) continue;
      const operation = operations[method] as unknown as Operation;
      choosePrefix(path, operation);
      completeOperation(operation, document);
    }
  }
  return toOpenApi31(document) as OpenAPIObject;
}

function buildOperationId(controller: string, method: string): string {
  return `${controller.replace('Controller', '')}_${method}`;
}

/**
 * A controller with two prefixes (`v1/x` and `v1/platform/tenants/:tenant_id/x`) declares roles, tags and the parameter
 * `tenant_id` once for both. This keeps what belongs to the operation's own path.
 */
function choosePrefix(path: string, operation: Operation): void {
  const { 'x-attune-role': role, operationId = '', tags = [], parameters = [] } = operation;
  if (typeof role !== 'object') return;
  const isPlatform = path.startsWith('/v1/platform/');
  operation['x-attune-role'] = isPlatform ? role.platform : role.tenant;
  operation.tags = tags.filter((tag) => tag.startsWith('platform:') === isPlatform);
  operation.parameters = parameters.filter(
    (parameter) => parameter.in !== 'path' || path.includes(`{${parameter.name}}`),
  );
  // Swagger numbers the operations of such a controller: `Keys_list[0]`.
  operation.operationId = `${isPlatform ? 'Platform' : ''}${operationId.replace(/\[\d+\]$/, '')}`;
}

const problemComponent = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'request_id'],
  additionalProperties: true,
  properties: {
    type: { type: 'string', example: '/problems/not-found' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    request_id: { type: 'string' },
    errors: { type: 'array', items: { type: 'object', additionalProperties: true } },
  },
};

/** Adds the problems that every route may answer, and an example to each request body without one. */
function completeOperation(operation: Operation, { components }: OpenAPIObject): void {
  addRequestExamples(operation, components!.schemas!);
  if (operation.security) operation.security = [{ bearer: [] }, { 'api-key': [] }];
  const problems = [...commonProblems, ...(operation.security ? authenticationProblems : [])];
  for (const slug of problems) {
    const example = problemExample(slug);
    operation.responses[statusBySlug[slug]!] ??= {
      description: String(example['title']),
      content: { 'application/problem+json': { schema: problemSchema, example } },
    };
  }
}

function addRequestExamples({ requestBody }: Operation, schemas: Record<string, unknown>): void {
  for (const body of Object.values(requestBody?.content ?? {}))
    if (!body.examples) body.example ??= buildSchemaExample(body.schema, schemas);
}

/** Converts from OpenAPI 3.0. In 3.1, `nullable` becomes the type `null`. */
function toOpenApi31(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toOpenApi31);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...rest } = value as Record<string, unknown>;
  const entries = Object.entries(rest).map(([name, inner]) => [
    name,
    name === 'example' ? inner : toOpenApi31(inner),
  ]);
  const schema = Object.fromEntries(entries) as Record<string, unknown>;
  if (!nullable) return schema;
  if (typeof schema['type'] === 'string') return { ...schema, type: [schema['type'], 'null'] };
  return { oneOf: [schema, { type: 'null' }] };
}
