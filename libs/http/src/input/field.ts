import 'reflect-metadata';
import type { ApiPropertyOptions } from '@nestjs/swagger';
import type { FieldCheck } from './field-check.js';

/** A class whose properties are declared with the field decorators. */
export type InputClass<T extends object = object> = new () => T;
export type LazyInputClass = () => InputClass;

/** One declared property, for validation, query strings and schemas. */
export interface Field {
  readonly name: string;
  /** Its OpenAPI schema, as given to `@ApiProperty`. */
  readonly schema: ApiPropertyOptions;
  /** The class of the object, or of each element of a list; null for plain values. */
  readonly nestedClass: LazyInputClass | null;
  /** What every value but an allowed null must pass. */
  readonly checks: readonly FieldCheck[];
  /** True if all checks of the property pass. Those of the members of an object are not among them. */
  readonly accepts: (value: unknown) => boolean;
}

const fieldsMetadataKey = Symbol('declared fields');

export function declareField(prototype: object, field: Field): void {
  const inherited = readFieldMap(prototype);
  const own = Reflect.hasOwnMetadata(fieldsMetadataKey, prototype) ? inherited : new Map(inherited);
  own.set(field.name, field);
  Reflect.defineMetadata(fieldsMetadataKey, own, prototype);
}

/** The declared fields of a class by name, inherited ones first; empty for a class that declares none. */
export function fieldsOf(type: InputClass): ReadonlyMap<string, Field> {
  return readFieldMap(type.prototype as object);
}

/** True for a class with declared fields. */
export function isInputClass(type: unknown): type is InputClass {
  return (
    typeof type === 'function' && typeof type.prototype === 'object' && fieldsOf(type as InputClass).size > 0
  );
}

function readFieldMap(prototype: object): Map<string, Field> {
  return (
    (Reflect.getMetadata(fieldsMetadataKey, prototype) as Map<string, Field> | undefined) ??
    new Map<string, Field>()
  );
}

/** The OpenAPI schema of one declared field; `{}` for a name that is not declared. */
export function fieldSchema(type: InputClass, name: string): Record<string, unknown> {
  return (fieldsOf(type).get(name)?.schema ?? {}) as Record<string, unknown>;
}
