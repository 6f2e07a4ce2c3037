import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  Allow,
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

/** What any field may say of itself. Without `optional` it must be there, without `nullable` it must not be null. */
export interface FieldOptions {
  readonly optional?: true;
  readonly nullable?: true;
  readonly description?: string;
  readonly example?: unknown;
}

type Bounds = { readonly min?: number; readonly max?: number };
type NestedClass = () => new () => object;

/** A string. `min` and `max` count UTF-16 units; `patternHint` tells a person what `pattern` asks for. */
export function Text(
  options: FieldOptions & Bounds & { pattern?: RegExp; patternHint?: string; format?: string } = {},
): PropertyDecorator {
  const { min, max, pattern, patternHint, format } = options;
  return field(
    options,
    { type: 'string', ...given({ minLength: min, maxLength: max, pattern: pattern?.source, format }) },
    [
      IsString(),
      ...(min === undefined ? [] : [MinLength(min, { context: { min } })]),
      ...(max === undefined ? [] : [MaxLength(max, { context: { max_length: max } })]),
      ...(pattern ? [Matches(pattern, { context: { hint: patternHint ?? pattern.source } })] : []),
    ],
  );
}

/** An integer. */
export function Whole(options: FieldOptions & Bounds = {}): PropertyDecorator {
  return field(options, { type: 'integer', ...boundsOf(options) }, [
    IsInt(),
    ...boundChecks(options),
  ]);
}

/** A finite number. */
export function Decimal(options: FieldOptions & Bounds = {}): PropertyDecorator {
  return field(options, { type: 'number', ...boundsOf(options) }, [
    IsNumber({ allowNaN: false, allowInfinity: false }),
    ...boundChecks(options),
  ]);
}

export function Flag(options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: 'boolean' }, [IsBoolean()]);
}

/** One of these words. */
export function OneOf(values: readonly string[], options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: 'string', enum: [...values] }, [
    IsIn(values, { context: { allowed: values } }),
  ]);
}

/** A number within bounds, or one word. The bounds are only documented here: a value check has to apply them. */
export function NumberOr(word: string, options: FieldOptions & Bounds = {}): PropertyDecorator {
  const oneOf = [
    { type: 'number', ...boundsOf(options) },
    { type: 'string', enum: [word] },
  ];
  return field(options, { oneOf } as ApiPropertyOptions, [Allow()]);
}

/** A list of strings, or of objects of one class. */
export function ListOf(
  element: 'string' | NestedClass,
  options: FieldOptions & { max?: number } = {},
): PropertyDecorator {
  const { max } = options;
  const size = max === undefined ? [] : [ArrayMaxSize(max, { context: { max } })];
  const isText = element === 'string';
  const type = isText ? { type: 'string' as const } : { type: element };
  const checks = isText
    ? [IsString({ each: true })]
    : [ValidateNested({ each: true }), Type(element as NestedClass)];
  return field(options, { ...type, isArray: true, ...given({ maxItems: max }) } as ApiPropertyOptions, [
    IsArray(),
    ...size,
    ...checks,
  ]);
}

/** An object of one class. */
export function Part(type: NestedClass, options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type } as ApiPropertyOptions, [IsObject(), ValidateNested(), Type(type)]);
}

/** A JSON object whose members are not declared. */
export function JsonObject(options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: 'object', additionalProperties: true } as ApiPropertyOptions, [IsObject()]);
}

/** An instant in RFC 3339, as answers show it. */
export function Time(options: FieldOptions = {}): PropertyDecorator {
  const pattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
  return Text({
    example: '2026-11-23T09:30:00.000Z',
    ...options,
    pattern,
    patternHint: 'an RFC 3339 time',
    format: 'date-time',
  });
}

function field(
  options: FieldOptions,
  schema: ApiPropertyOptions,
  checks: PropertyDecorator[],
): PropertyDecorator {
  const { optional, nullable, description, example } = options;
  const documented = {
    ...schema,
    required: !optional,
    ...given({ nullable, description, example }),
  } as ApiPropertyOptions;
  return applyDecorators(ApiProperty(documented), presence(options), ...checks) as PropertyDecorator;
}

function presence({ optional, nullable }: FieldOptions): PropertyDecorator {
  return ValidateIf(
    (_object, value) => !((optional && value === undefined) || (nullable && value === null)),
  );
}

function boundsOf({ min, max }: Bounds): { minimum?: number; maximum?: number } {
  return given({ minimum: min, maximum: max });
}

function boundChecks({ min, max }: Bounds): PropertyDecorator[] {
  const context = given({ min, max });
  return [
    ...(min === undefined ? [] : [Min(min, { context })]),
    ...(max === undefined ? [] : [Max(max, { context })]),
  ];
}

/** The members that have a value; under `exactOptionalPropertyTypes` an absent member is not an undefined one. */
function given<T extends object>(members: T): { [Key in keyof T]?: NonNullable<T[Key]> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: NonNullable<T[Key]>;
  };
}
