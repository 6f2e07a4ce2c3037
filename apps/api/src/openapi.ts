import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { exampleOfSchema, problemExample, problemSchema } from '#http';
import type { ProblemSlug } from '#kernel';

interface Operation {
  readonly responses: Record<string, unknown>;
  readonly security?: unknown;
  readonly requestBody?: {
    readonly content: Record<string, { schema: unknown; example?: unknown; examples?: unknown }>;
  };
}

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;
const everywhere: ProblemSlug[] = ['invalid-input', 'internal', 'unavailable'];
const behindTheGuard: ProblemSlug[] = ['unauthenticated', 'forbidden'];
const statuses: Partial<Record<ProblemSlug, string>> = {
  'invalid-input': '400',
  unauthenticated: '401',
  forbidden: '403',
  internal: '500',
  unavailable: '503',
};

/** The OpenAPI 3.1 document of the running application, made from the routes' own declarations. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Attune')
    .setDescription('Per-tenant configuration for RAG products, and the query that applies it.')
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key or a JWT' })
    .build();
  const document = SwaggerModule.createDocument(app, config, { operationIdFactory: operationId });
  document.components!.schemas!['Problem'] = problemComponent as never;
  for (const path of Object.values(document.paths)) {
    for (const method of methods) if (path[method]) complete(path[method] as unknown as Operation, document);
  }
  return modernized(document) as OpenAPIObject;
}

function operationId(controller: string, method: string): string {
  return `${controller.replace('Controller', '')}_${method}`;
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

/** Adds the problems that every route may answer, and an example to every body that has none. */
function complete(operation: Operation, { components }: OpenAPIObject): void {
  showExample(operation, components!.schemas!);
  const problems = [...everywhere, ...(operation.security ? behindTheGuard : [])];
  for (const slug of problems) {
    const example = problemExample(slug);
    operation.responses[statuses[slug]!] ??= {
      description: String(example['title']),
      content: { 'application/problem+json': { schema: problemSchema, example } },
    };
  }
}

function showExample({ requestBody }: Operation, schemas: Record<string, unknown>): void {
  for (const body of Object.values(requestBody?.content ?? {}))
    if (!body.examples) body.example ??= exampleOfSchema(body.schema, schemas);
}

/** OpenAPI 3.1 is JSON Schema: `nullable` is a type of its own there, and field examples are a list. */
function modernized(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(modernized);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...rest } = value as Record<string, unknown>;
  const entries = Object.entries(rest).map(([name, inner]) => [
    name,
    name === 'example' ? inner : modernized(inner),
  ]);
  const schema = Object.fromEntries(entries) as Record<string, unknown>;
  if (!nullable) return schema;
  if (typeof schema['type'] === 'string') return { ...schema, type: [schema['type'], 'null'] };
  return { oneOf: [schema, { type: 'null' }] };
}
