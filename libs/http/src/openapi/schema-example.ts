import { isPlainObject } from '#kernel';

type Schemas = Readonly<Record<string, unknown>>;

/** An example of an OpenAPI schema, put together from its properties' own; `schemas` are the document's components. */
export function buildSchemaExample(schema: unknown, schemas: Schemas): unknown {
  if (!isPlainObject(schema)) return null;
  if ('example' in schema) return schema['example'];
  const reference = findReferencedName(schema);
  if (reference !== null) return buildSchemaExample(schemas[reference], schemas);
  if (isPlainObject(schema['properties'])) return buildObjectExample(schema, schemas);
  if (schema['type'] === 'array') return [buildSchemaExample(schema['items'], schemas)];
  return buildPrimitiveExample(schema);
}

/** Optional properties without an example of their own are left out: an example shows what is usual. */
function buildObjectExample(schema: Record<string, unknown>, schemas: Schemas): Record<string, unknown> {
  const required = (schema['required'] ?? []) as string[];
  const entries = Object.entries(schema['properties'] as Record<string, unknown>)
    .filter(
      ([name, property]) => required.includes(name) || (isPlainObject(property) && 'example' in property),
    )
    .map(([name, property]) => [name, buildSchemaExample(property, schemas)]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

function findReferencedName(schema: Record<string, unknown>): string | null {
  const [inherited] = (schema['allOf'] ?? schema['oneOf'] ?? []) as Record<string, unknown>[];
  const reference = schema['$ref'] ?? inherited?.['$ref'];
  return typeof reference === 'string' ? reference.replace('#/components/schemas/', '') : null;
}

const primitiveExamples: Readonly<Record<string, unknown>> = { string: 'text', boolean: false, object: {} };

function buildPrimitiveExample({
  enum: allowedValues,
  type,
  minimum,
  nullable,
}: Record<string, unknown>): unknown {
  if (nullable) return null;
  if (Array.isArray(allowedValues)) return allowedValues[0];
  return primitiveExamples[String(type)] ?? minimum ?? 1;
}
