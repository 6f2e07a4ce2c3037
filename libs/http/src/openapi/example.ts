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
export function exampleOf(type: AnyClass): Record<string, unknown> {
  const prototype = type.prototype as object;
  const names = (Reflect.getMetadata('swagger/apiModelPropertiesArray', prototype) ?? []) as string[];
  return Object.fromEntries(
    names.map((name) => name.slice(1)).map((name) => [name, exampleOfField(prototype, name)]),
  );
}

function exampleOfField(prototype: object, name: string): unknown {
  const schema = Reflect.getMetadata('swagger/apiModelProperties', prototype, name) as PropertySchema;
  if (schema.example !== undefined) return schema.example;
  if (schema.nullable) return null;
  const one = exampleOfType(schema);
  return schema.isArray ? [one] : one;
}

const plainExamples: Readonly<Record<string, unknown>> = { string: 'text', boolean: false, object: {} };

function exampleOfType({ type, enum: words, minimum }: PropertySchema): unknown {
  if (words) return words[0];
  if (typeof type !== 'function') return plainExamples[String(type)] ?? minimum ?? 1;
  const isClass = type.prototype !== undefined;
  return exampleOf((isClass ? type : (type as () => AnyClass)()) as AnyClass);
}
