type AnyClass = new () => object;

interface PropertySchema {
  readonly example?: unknown;
  readonly type?: unknown;
  readonly isArray?: boolean;
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
}

/** An example of the whole class, put together from its fields' examples. */
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
