import { isPlainObject } from '#kernel';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { ValidateIf, ValidateNested } from 'class-validator';
import {
  type Check,
  boundChecks,
  checked,
  lengthChecks,
  storable,
  storableInside,
  typeCheck,
  wordCheck,
} from './check.js';
import { type LazyClass, declareField } from './field.js';

/**
 * What any field may say of itself. Without `optional` it must be there, without `nullable` it must not be null.
 * `example` is what the OpenAPI document shows; nowhere else is an example written.
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

interface TextOptions extends FieldOptions, Bounds {
  readonly pattern?: RegExp;
  /** What the pattern asks for, to follow `must be`, or a sentence's end that begins with `must`. */
  readonly patternHint?: string;
  readonly format?: string;
}

/** A string without control characters (white space is none); `min` and `max` count code points. */
export function Text(options: TextOptions = {}): PropertyDecorator {
  const { min, max, pattern, format } = options;
  const schema = {
    type: 'string',
    ...given({ minLength: min, maxLength: max, pattern: pattern?.source, format }),
  };
  return field(options, schema, [
    ...textChecks(options),
    ...(pattern ? [patternCheck(options, pattern)] : []),
  ]);
}

/** An integer that a double holds exactly. */
export function Whole(options: FieldOptions & Bounds = {}): PropertyDecorator {
  const type = typeCheck(Number.isSafeInteger, 'must be a whole number');
  return field(options, { type: 'integer', ...boundsOf(options) }, [type, ...boundChecks(options)]);
}

/** A finite number. */
export function Decimal(options: FieldOptions & Bounds = {}): PropertyDecorator {
  const type = typeCheck(Number.isFinite, 'must be a number');
  return field(options, { type: 'number', ...boundsOf(options) }, [type, ...boundChecks(options)]);
}

/** A finite number within bounds, or one word. */
export function NumberOr(word: string, options: FieldOptions & Bounds = {}): PropertyDecorator {
  const says = `must be a number or ${JSON.stringify(word)}`;
  const checks: Check[] = [
    typeCheck((value) => typeof value === 'string' || Number.isFinite(value), says),
    {
      rule: 'enum',
      test: (value) => typeof value !== 'string' || value === word,
      says,
      told: { allowed: [word] },
    },
    ...boundChecks(options).map((check): Check => ({
      ...check,
      test: (value) => typeof value === 'string' || check.test(value),
    })),
  ];
  return field(
    options,
    {
      oneOf: [
        { type: 'number', ...boundsOf(options) },
        { type: 'string', enum: [word] },
      ],
    },
    checks,
  );
}

export function Flag(options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: 'boolean' }, [
    typeCheck((value) => typeof value === 'boolean', 'must be true or false'),
  ]);
}

/** One of these words. */
export function OneOf(values: readonly string[], options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: 'string', enum: [...values] }, [
    typeCheck(isText, 'must be a string'),
    wordCheck(values),
  ]);
}

/** A list of at most `max` strings, of some of these words, or of objects of one class. */
export function ListOf(
  element: 'string' | readonly string[] | LazyClass,
  options: FieldOptions & { readonly max?: number } = {},
): PropertyDecorator {
  const checks = [typeCheck(Array.isArray, 'must be a list'), ...sizeChecks(options.max)];
  const size = given({ maxItems: options.max });
  if (typeof element === 'function') {
    const isObject = { ...typeCheck(isPlainObject, 'must be an object'), each: true } as const;
    return field(options, { ...lazily(element), isArray: true, ...size }, [...checks, isObject], element);
  }
  const words = element === 'string' ? {} : { enum: [...element] };
  const elementChecks =
    element === 'string' ? textChecks({}) : [typeCheck(isText, 'must be a string'), wordCheck(element)];
  const each = elementChecks.map((check): Check => ({ ...check, each: true }));
  return field(options, { type: 'array', items: { type: 'string', ...words }, ...size }, [
    ...checks,
    ...each,
  ]);
}

/** An object of one class. */
export function Part(type: LazyClass, options: FieldOptions = {}): PropertyDecorator {
  return field(options, lazily(type), [typeCheck(isPlainObject, 'must be an object')], type);
}

/** A JSON object whose members are not declared. */
export function JsonObject(options: FieldOptions = {}): PropertyDecorator {
  const checks = [typeCheck(isPlainObject, 'must be an object'), storableInside];
  return field(options, { type: 'object', additionalProperties: true }, checks);
}

/** Any JSON value, null too; for answers. */
export function JsonValue(options: FieldOptions = {}): PropertyDecorator {
  const oneOf = ['string', 'number', 'boolean', 'object', 'array', 'null'].map((type) => ({ type }));
  return field(options, { oneOf }, []);
}

/** An instant in RFC 3339. */
export function Time(options: FieldOptions = {}): PropertyDecorator {
  const schema = { type: 'string', format: 'date-time' };
  const instant: Check = {
    rule: 'pattern',
    test: isInstant,
    says: 'must be an RFC 3339 time such as 2026-11-23T09:30:00Z',
  };
  return field({ example: '2026-11-23T09:30:00.000Z', ...options }, schema, [
    typeCheck(isText, 'must be a string'),
    instant,
  ]);
}

/** A day of the calendar: a full-date of RFC 3339, of this century. */
export function Day(options: FieldOptions = {}): PropertyDecorator {
  const says = 'must be a day such as 2026-11-23';
  const day: Check = { rule: 'pattern', test: isDay, says };
  return field({ example: '2026-11-23', ...options }, { type: 'string', format: 'date' }, [
    typeCheck(isText, 'must be a string'),
    day,
  ]);
}

/** Swagger knows a class that is named later by the function's own name. */
function lazily(later: LazyClass): { type: LazyClass } {
  return { type: () => later() };
}

function field(
  options: FieldOptions,
  schema: object,
  checks: readonly Check[],
  part: LazyClass | null = null,
): PropertyDecorator {
  const { optional, nullable, description, example } = options;
  const documented = {
    ...schema,
    required: !optional,
    ...given({ nullable, description, example }),
  } as ApiPropertyOptions;
  const decorators = [
    ApiProperty(documented),
    ...(optional ? [ValidateIf((_object, value) => value !== undefined)] : [checked(required)]),
    ...(nullable ? [ValidateIf((_object, value) => value !== null)] : []),
    ...(part ? [ValidateNested()] : []),
    ...checks.map(checked),
  ];
  return (prototype, name) => {
    declareField(prototype, { name: String(name), schema: documented, part });
    for (const decorate of decorators) decorate(prototype, name);
  };
}

const required: Check = { rule: 'required', test: (value) => value !== undefined, says: 'is required' };

function textChecks({ min, max }: Bounds): Check[] {
  return [typeCheck(isText, 'must be a string'), ...lengthChecks(given({ min, max })), storable];
}

function patternCheck({ patternHint }: TextOptions, pattern: RegExp): Check {
  const hint = patternHint ?? `of the form ${pattern.source}`;
  return {
    rule: 'pattern',
    test: (value) => typeof value === 'string' && value.search(pattern) >= 0,
    says: hint.startsWith('must ') ? hint : `must be ${hint}`,
  };
}

function sizeChecks(max?: number): Check[] {
  if (max === undefined) return [];
  const test = (list: unknown): boolean => Array.isArray(list) && list.length <= max;
  return [{ rule: 'too_many', test, says: `must have at most ${max} entries`, told: { max } }];
}

const instantForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function isInstant(value: unknown): boolean {
  return typeof value === 'string' && instantForm.test(value) && !Number.isNaN(Date.parse(value));
}

/** Of a day that the calendar does not have, `Date` makes another one or none. */
function isDay(value: unknown): boolean {
  if (typeof value !== 'string' || !/^20\d\d-\d\d-\d\d$/.test(value)) return false;
  const day = new Date(value);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function boundsOf({ min, max }: Bounds): { minimum?: number; maximum?: number } {
  return given({ minimum: min, maximum: max });
}

type Given<T extends object> = { [Key in keyof T]?: NonNullable<T[Key]> };

/** The members that have a value: under `exactOptionalPropertyTypes` an absent member is not an undefined one. */
function given<T extends object>(members: T): Given<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Given<T>;
}
