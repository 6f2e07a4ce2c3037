import { type Field, type InputClass, fieldsOf } from '#http';

/** A JSON Schema (2020-12). */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The JSON Schema of a class with declared fields. Examples are left out, because clients load the schemas of all tools. */
export function toJsonSchema(type: InputClass): JsonSchema {
  const fields = [...fieldsOf(type).values()];
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field.name, toFieldSchema(field)])),
    required: fields.filter(({ schema }) => schema.required !== false).map(({ name }) => name),
  };
}

function toFieldSchema({ schema, nestedClass }: Field): JsonSchema {
  const {
    required: _required,
    example: _example,
    nullable,
    isArray,
    description,
    ...rest
  } = schema as JsonSchema;
  const value = nestedClass ? { ...rest, ...toNestedSchema(nestedClass(), isArray === true) } : rest;
  return {
    ...(description === undefined ? {} : { description }),
    ...(nullable ? { anyOf: [value, { type: 'null' }] } : value),
  };
}

function toNestedSchema(type: InputClass, isList: boolean): JsonSchema {
  return isList ? { type: 'array', items: toJsonSchema(type) } : toJsonSchema(type);
}
