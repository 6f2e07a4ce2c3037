import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { type InputClass, fieldsOf, isInputClass } from './field.js';
import type { InputPart } from './handler-inputs.js';
import { validateInput } from './validate-input.js';

/**
 * Validates every body, query and path parameter whose type is a class with declared fields; other parameters pass unchanged. Query
 * and path texts become numbers, booleans and lists if their fields have such types. An absent body counts as an empty object.
 */
@Injectable()
export class InputPipe implements PipeTransform {
  /** The validated instance. @throws InvalidInputError with every error of the input. */
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (type === 'custom' || !isInputClass(metatype)) return value;
    if (type === 'body') return validateInput(metatype, value === undefined ? {} : value);
    const texts = (value ?? {}) as Record<string, unknown>;
    if (isFullyOptional(metatype) && Object.keys(texts).length === 0) return new metatype();
    return validateInput(metatype, parseTexts(metatype, texts), partOf(type));
  }
}

function partOf(type: 'query' | 'param'): InputPart {
  return type === 'query' ? 'query' : 'params';
}

const fullyOptionalCache = new WeakMap<InputClass, boolean>();

/** True if every field is optional. Then an empty query needs no check, and most queries are empty. */
function isFullyOptional(type: InputClass): boolean {
  const isOptional =
    fullyOptionalCache.get(type) ?? [...fieldsOf(type).values()].every(({ schema }) => !schema.required);
  fullyOptionalCache.set(type, isOptional);
  return isOptional;
}

/** Turns the texts of a query or path into numbers, booleans, lists and objects where the fields have such types. */
export function parseTexts(type: InputClass, texts: Record<string, unknown>): Record<string, unknown> {
  const fields = fieldsOf(type);
  const typeOf = (name: string): unknown =>
    (fields.get(name)?.schema as { type?: unknown } | undefined)?.type;
  const entries = Object.entries(joinMembers(texts, (name) => typeOf(name) === 'object'));
  return Object.fromEntries(entries.map(([name, text]) => [name, parseText(typeOf(name), text)]));
}

const memberPattern = /^([^[]+)\[(.+)\]$/s;

/** `filter[year]=2026` becomes the member `year` of the object `filter`. */
function joinMembers(
  texts: Record<string, unknown>,
  isObject: (name: string) => boolean,
): Record<string, unknown> {
  const members: Record<string, [string, unknown][]> = {};
  const others = Object.entries(texts).filter(([key, text]) => {
    const [, name = '', member = ''] = memberPattern.exec(key) ?? [];
    if (!isObject(name)) return true;
    (members[name] ??= []).push([member, text]);
    return false;
  });
  const objects = Object.entries(members).map(([name, list]) => [name, Object.fromEntries(list)] as const);
  return Object.fromEntries([...others, ...objects]);
}

function parseText(type: unknown, text: unknown): unknown {
  if (typeof text !== 'string') return text;
  if (type === 'array') return [text];
  if (type === 'boolean') return { true: true, false: false }[text] ?? text;
  const isNumber = type === 'integer' || type === 'number';
  return isNumber && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
