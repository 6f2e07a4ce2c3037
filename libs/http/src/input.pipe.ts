import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { validateInput } from './validation.js';

type InputClass = new () => object;

const declaredProperties = 'swagger/apiModelPropertiesArray';
const declaredProperty = 'swagger/apiModelProperties';

/** The query of a route that takes none: a parameter that would be ignored is refused. */
export class NoQuery {}

/**
 * Validates every parameter whose type is a class with declared fields. Query strings and path parameters become numbers
 * and booleans where their fields are; an absent body counts as an empty object.
 */
@Injectable()
export class InputPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (type === 'custom' || !isDeclared(metatype)) return value;
    return validateInput(metatype, type === 'body' ? (value ?? {}) : converted(metatype, value));
  }
}

function isDeclared(metatype: unknown): metatype is InputClass {
  if (metatype === NoQuery) return true;
  return typeof metatype === 'function' && Reflect.hasMetadata(declaredProperties, metatype.prototype as object);
}

function converted(metatype: InputClass, value: unknown): object {
  const entries = Object.entries((value ?? {}) as Record<string, unknown>);
  return Object.fromEntries(entries.map(([name, text]) => [name, convertedField(metatype, name, text)]));
}

function convertedField(metatype: InputClass, name: string, text: unknown): unknown {
  const schema = Reflect.getMetadata(declaredProperty, metatype.prototype as object, name) as { type?: unknown } | undefined;
  if (typeof text !== 'string') return text;
  if (schema?.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  const isNumber = schema?.type === 'integer' || schema?.type === 'number';
  return isNumber && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
