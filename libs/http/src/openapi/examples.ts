import { isPlainObject } from '#kernel';

type AnyClass = new () => object;

interface PropertySchema {
  readonly example?: unknown;
  readonly type?: unknown;
  readonly isArray?: boolean;
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
}

/** An example of a class, as JSON, built from the examples of its declared fields. */
export function buildExample(type: AnyClass): Record<string, unknown> {
  const prototype = type.prototype as object;
  const names = (Reflect.getMetadata('swagger/apiModelPropertiesArray', prototype) ?? []) as string[];
  return Object.fromEntries(
    names.map((name) => name.slice(1)).map((name) => [name, buildFieldExample(prototype, name)]),
  );
}

function buildFieldExample(prototype: object, name: string): unknown {
  const schema = Reflect.getMetadata('swagger/apiModelProperties', prototype, name) as PropertySchema;
  if (schema.example !== undefined) return schema.example;
  if (schema.nullable) return null;
  const elementExample = buildTypeExample(schema);
  return schema.isArray ? [elementExample] : elementExample;
}

const primitiveExamples: Readonly<Record<string, unknown>> = { string: 'text', boolean: false, object: {} };

function buildTypeExample({ type, enum: allowedValues, minimum }: PropertySchema): unknown {
  if (allowedValues) return allowedValues[0];
  if (typeof type !== 'function') return primitiveExamples[String(type)] ?? minimum ?? 1;
  const isClass = type.prototype !== undefined;
  return buildExample((isClass ? type : (type as () => AnyClass)()) as AnyClass);
}

type Schemas = Readonly<Record<string, unknown>>;

/** An example of an OpenAPI schema, built from the examples of its properties. `schemas` are the components of the document. */
export function buildSchemaExample(schema: unknown, schemas: Schemas): unknown {
  if (!isPlainObject(schema)) return null;
  if ('example' in schema) return schema['example'];
  const reference = findReferencedName(schema);
  if (reference !== null) return buildSchemaExample(schemas[reference], schemas);
  if (isPlainObject(schema['properties'])) return buildObjectExample(schema, schemas);
  if (schema['type'] === 'array') return [buildSchemaExample(schema['items'], schemas)];
  return buildPrimitiveExample(schema);
}

/** Leaves out optional properties without an example, so that the result is a typical object. */
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
