import { isPlainObject } from '#kernel';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { ValidateIf, ValidateNested } from 'class-validator';
import {
  type FieldCheck,
  boundChecks,
  checkDecorator,
  lengthChecks,
  jsonChecks,
  storableCheck,
  typeCheck,
  testOf,
  enumCheck,
  itemCountChecks,
} from './field-check.js';
import { type LazyInputClass, declareField } from './field.js';
import { anyValueSchema, portablePattern } from './portable-schema.js';

/**
 * The options of every field. A field is required unless it has `optional`, and must not be null unless it has `nullable`.
 * `description` and `example` are for the OpenAPI document.
 */
export interface FieldOptions {
  readonly optional?: true;
  readonly nullable?: true;
  readonly description?: string;
  readonly example?: unknown;
}

interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

interface StringFieldOptions extends FieldOptions, Bounds {
  readonly pattern?: RegExp;
  /** Describes the pattern in the error message: it follows `must be`, or begins with `must` itself. */
  readonly patternHint?: string;
  readonly format?: string;
}

/**
 * A string without control characters, except white space; `min` and `max` count code points.
 *
 * ```ts
 * class NoteRequest {
 *   @StringField({ min: 1, max: 200, example: 'call back' })
 *   note!: string;
 * }
 * ```
 */
export function StringField(options: StringFieldOptions = {}): PropertyDecorator {
  const { min, max, pattern, format } = options;
  const schema = {
    type: 'string',
    ...definedMembers({ minLength: min, maxLength: max, pattern: portablePattern(pattern), format }),
  };
  return createFieldDecorator(options, schema, [
    ...stringChecks(options),
    ...(pattern ? [patternCheck(options, pattern)] : []),
  ]);
}

/** An integer that a double holds exactly. */
export function IntegerField(options: FieldOptions & Bounds = {}): PropertyDecorator {
  const type = typeCheck(Number.isSafeInteger, 'must be a whole number');
  return createFieldDecorator(options, { type: 'integer', ...boundsSchema(options) }, [
    type,
    ...boundChecks(options),
  ]);
}

/** A finite number. */
export function NumberField(options: FieldOptions & Bounds = {}): PropertyDecorator {
  const type = typeCheck(Number.isFinite, 'must be a number');
  return createFieldDecorator(options, { type: 'number', ...boundsSchema(options) }, [
    type,
    ...boundChecks(options),
  ]);
}

/** A finite number within bounds, or the keyword. `whole`: no fraction. */
export function NumberOrKeywordField(
  keyword: string,
  options: FieldOptions & Bounds & { readonly whole?: true } = {},
): PropertyDecorator {
  const message = `must be a ${options.whole ? 'whole ' : ''}number or ${JSON.stringify(keyword)}`;
  const isNumber = options.whole ? Number.isSafeInteger : Number.isFinite;
  const checks: FieldCheck[] = [
    typeCheck((value) => typeof value === 'string' || isNumber(value), message),
    {
      rule: 'enum',
      test: (value) => typeof value !== 'string' || value === keyword,
      message,
      details: { allowed: [keyword] },
    },
    ...boundChecks(options).map((check): FieldCheck => ({
      ...check,
      test: (value) => typeof value === 'string' || check.test(value),
    })),
  ];
  return createFieldDecorator(
    options,
    {
      oneOf: [
        { type: options.whole ? 'integer' : 'number', ...boundsSchema(options) },
        { type: 'string', enum: [keyword] },
      ],
    },
    checks,
  );
}

/** True or false. */
export function BooleanField(options: FieldOptions = {}): PropertyDecorator {
  return createFieldDecorator(options, { type: 'boolean' }, [
    typeCheck((value) => typeof value === 'boolean', 'must be true or false'),
  ]);
}

/** One of these strings. */
export function EnumField(values: readonly string[], options: FieldOptions = {}): PropertyDecorator {
  return createFieldDecorator(options, { type: 'string', enum: [...values] }, [
    typeCheck(isString, 'must be a string'),
    enumCheck(values),
  ]);
}

/** A list of any JSON values. Only for responses, because it checks only that it is a list. */
export function JsonArrayField(options: FieldOptions = {}): PropertyDecorator {
  return createFieldDecorator(options, { type: 'array', items: {} }, [
    typeCheck(Array.isArray, 'must be a list'),
  ]);
}

/** A list of `min` to `max` elements: any strings, strings out of a given list, or objects of one class. */
export function ArrayField(
  element: 'string' | readonly string[] | LazyInputClass,
  options: FieldOptions & { readonly min?: number; readonly max?: number } = {},
): PropertyDecorator {
  const checks = [typeCheck(Array.isArray, 'must be a list'), ...itemCountChecks(options)];
  const sizeSchema = definedMembers({ minItems: options.min, maxItems: options.max });
  if (typeof element === 'function') {
    const elementCheck = { ...typeCheck(isPlainObject, 'must be an object'), each: true } as const;
    return createFieldDecorator(
      options,
      { ...lazyType(element), isArray: true, ...sizeSchema },
      [...checks, elementCheck],
      element,
    );
  }
  const allowed = element === 'string' ? {} : { enum: [...element] };
  const elementChecks =
    element === 'string' ? stringChecks({}) : [typeCheck(isString, 'must be a string'), enumCheck(element)];
  const perElementChecks = elementChecks.map((check): FieldCheck => ({ ...check, each: true }));
  return createFieldDecorator(
    options,
    { type: 'array', items: { type: 'string', ...allowed }, ...sizeSchema },
    [...checks, ...perElementChecks],
  );
}

/** An object of one class. */
export function ObjectField(type: LazyInputClass, options: FieldOptions = {}): PropertyDecorator {
  return createFieldDecorator(options, lazyType(type), [typeCheck(isPlainObject, 'must be an object')], type);
}

/** A JSON object whose members are not declared, of at most `maxBytes` as JSON. A larger one is refused before its members are read. */
export function JsonObjectField(
  options: FieldOptions & { readonly maxBytes?: number } = {},
): PropertyDecorator {
  const checks = [typeCheck(isPlainObject, 'must be an object'), ...jsonChecks(options.maxBytes)];
  return createFieldDecorator(options, { type: 'object', additionalProperties: true }, checks);
}

/** Any JSON value, also null. Only for responses, because it checks nothing. */
export function JsonValueField(options: FieldOptions = {}): PropertyDecorator {
  return createFieldDecorator(options, anyValueSchema, []);
}

/** A time in RFC 3339, such as `2026-11-23T09:30:00Z`. */
export function DateTimeField(options: FieldOptions = {}): PropertyDecorator {
  const schema = { type: 'string', format: 'date-time' };
  const formatCheck: FieldCheck = {
    rule: 'pattern',
    test: isRfc3339,
    message: 'must be an RFC 3339 time such as 2026-11-23T09:30:00Z',
  };
  return createFieldDecorator({ example: '2026-11-23T09:30:00.000Z', ...options }, schema, [
    typeCheck(isString, 'must be a string'),
    formatCheck,
  ]);
}

/** A day of this century as a full-date of RFC 3339, such as `2026-11-23`. */
export function DateField(options: FieldOptions = {}): PropertyDecorator {
  const message = 'must be a day such as 2026-11-23';
  const formatCheck: FieldCheck = { rule: 'pattern', test: isCalendarDate, message };
  return createFieldDecorator({ example: '2026-11-23', ...options }, { type: 'string', format: 'date' }, [
    typeCheck(isString, 'must be a string'),
    formatCheck,
  ]);
}

/** A function that @nestjs/swagger reads as a reference to a class; it must have the name `type`. */
function lazyType(lazyClass: LazyInputClass): { type: LazyInputClass } {
  return { type: () => lazyClass() };
}

function createFieldDecorator(
  options: FieldOptions,
  schema: object,
  checks: readonly FieldCheck[],
  nestedClass: LazyInputClass | null = null,
): PropertyDecorator {
  const { optional, nullable, description, example } = options;
  const tests = checks.map(testOf);
  const apiSchema = {
    ...schema,
    required: !optional,
    ...definedMembers({ nullable, description, example }),
  } as ApiPropertyOptions;
  const decorators = [
    ApiProperty(apiSchema),
    ...(optional ? [ValidateIf((_object, value) => value !== undefined)] : [checkDecorator(requiredCheck)]),
    ...(nullable ? [ValidateIf((_object, value) => value !== null)] : []),
    ...(nestedClass ? [ValidateNested()] : []),
    ...checks.map(checkDecorator),
  ];
  const accepts = (value: unknown): boolean => {
    if (value === undefined) return optional === true;
    return (value === null && nullable === true) || tests.every((test) => test(value));
  };
  return (prototype, name) => {
    declareField(prototype, { name: String(name), schema: apiSchema, nestedClass, checks, accepts });
    for (const decorate of decorators) decorate(prototype, name);
  };
}

const requiredCheck: FieldCheck = {
  rule: 'required',
  test: (value) => value !== undefined,
  message: 'is required',
};

function stringChecks({ min, max }: Bounds): FieldCheck[] {
  return [
    typeCheck(isString, 'must be a string'),
    ...lengthChecks(definedMembers({ min, max })),
    storableCheck,
  ];
}

function patternCheck({ patternHint }: StringFieldOptions, pattern: RegExp): FieldCheck {
  const hint = patternHint ?? `of the form ${pattern.source}`;
  return {
    rule: 'pattern',
    test: (value) => typeof value === 'string' && value.search(pattern) >= 0,
    message: hint.startsWith('must ') ? hint : `must be ${hint}`,
  };
}

const rfc3339Pattern = /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** Years 1 to 9999 in UTC; Postgres and `toISOString` write others in another form. */
function isRfc3339(value: unknown): boolean {
  const day = typeof value === 'string' ? rfc3339Pattern.exec(value)?.[1] : undefined;
  if (day === undefined || !isExistingDay(day)) return false;
  const year = new Date(value as string).getUTCFullYear();
  return year >= 1 && year <= 9999;
}

function isCalendarDate(value: unknown): boolean {
  return typeof value === 'string' && /^20\d\d-\d\d-\d\d$/.test(value) && isExistingDay(value);
}

/** `Date` turns a day that does not exist, such as 30 February, into another day or into NaN. */
function isExistingDay(day: string): boolean {
  const date = new Date(day);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

function isString(value: unknown): boolean {
  return typeof value === 'string';
}

function boundsSchema({ min, max }: Bounds): { minimum?: number; maximum?: number } {
  return definedMembers({ minimum: min, maximum: max });
}

type DefinedMembers<T extends object> = { [Key in keyof T]?: NonNullable<T[Key]> };

/** Removes undefined members: `exactOptionalPropertyTypes` distinguishes them from absent ones. */
function definedMembers<T extends object>(members: T): DefinedMembers<T> {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined),
  ) as DefinedMembers<T>;
}
