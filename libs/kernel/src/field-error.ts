import { isPlainObject } from './canonical-json.js';
import { DomainError } from './domain-error.js';

/** The rules that a field can break, as they are named in problem documents. */
export const fieldErrorRules = [
  'type',
  'min',
  'max',
  'max_length',
  'pattern',
  'enum',
  'unknown_field',
  'required',
  'platform_only',
  'locked_by_plan',
  'plan_ceiling',
  'model_range',
  'combination',
  'template_syntax',
  'unknown_variable',
  'suspicious',
  'read_only',
  'too_many',
] as const;

/** One of `fieldErrorRules`. */
export type FieldErrorRule = (typeof fieldErrorRules)[number];

/** One entry of `errors[]` in a problem document: one field that breaks one rule. */
export interface FieldError {
  /** Path of the field, dotted: `prompt_variables.tone`. Empty for the body as a whole. */
  readonly field: string;
  readonly rule: FieldErrorRule;
  readonly message: string;
  readonly value?: unknown;
  readonly allowed?: readonly unknown[];
  readonly min?: number;
  readonly max?: number;
  readonly max_length?: number;
  /** Position in the text, in UTF-16 units, from 0. */
  readonly offset?: number;
}

/** A response lists at most this many errors: a hostile input may have a million, and no person reads more. */
export const maxReportedErrors = 100;
const maxValueLength = 200;

/** Shortens a value for a response: JSON of at most 200 characters. */
export function truncateValue(value: unknown): unknown {
  if (typeof value === 'string') return value.slice(0, maxValueLength);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return typeof value === 'object' && value !== null ? truncateObject(value) : (value ?? null);
}

function truncateObject(value: object): unknown {
  let text = '';
  for (const piece of jsonPieces(value)) {
    text += piece;
    if (text.length > maxValueLength) return text.slice(0, maxValueLength);
  }
  return value;
}

/** The JSON of a value, piece by piece: to write all of it takes long, because it may have 16 MiB. Texts are cut. */
function* jsonPieces(value: unknown): Generator<string> {
  if (typeof value === 'string') yield JSON.stringify(value.slice(0, maxValueLength));
  else if (Array.isArray(value)) yield* listPieces(value);
  else if (isPlainObject(value)) yield* objectPieces(value);
  else yield JSON.stringify(value ?? null);
}

function* listPieces(list: readonly unknown[]): Generator<string> {
  let separator = '[';
  for (const element of list) {
    yield separator;
    yield* jsonPieces(element);
    separator = ',';
  }
  yield separator === '[' ? '[]' : ']';
}

function* objectPieces(object: Record<string, unknown>): Generator<string> {
  let separator = '{';
  for (const [name, value] of Object.entries(object).filter(([, member]) => member !== undefined)) {
    yield `${separator}${JSON.stringify(name.slice(0, maxValueLength))}:`;
    yield* jsonPieces(value);
    separator = ',';
  }
  yield separator === '{' ? '{}' : '}';
}

/** The input breaks rules. Every error is listed, up to 100, and nothing was changed. */
export class InvalidInputError extends DomainError {
  readonly slug = 'invalid-input';

  constructor(
    readonly fieldErrors: readonly FieldError[],
    message = fieldErrors.length === 1 ? fieldErrors[0]!.message : summarize(fieldErrors.length),
  ) {
    super(message, { errors: toReportedErrors(fieldErrors) });
  }
}

/** A header of the request is malformed. */
export class InvalidHeaderError extends InvalidInputError {
  constructor(name: string, message: string, value: unknown) {
    super([{ field: name, rule: 'pattern', message, value }]);
  }
}

/** The settings of an old version break today's rules. Every error is listed, up to 100, and nothing was changed. */
export class RollbackInvalidError extends DomainError {
  readonly slug = 'rollback-invalid';

  constructor(message: string, fieldErrors: readonly FieldError[]) {
    super(message, { errors: toReportedErrors(fieldErrors) });
  }
}

function summarize(count: number): string {
  const message = `${count} fields are not valid; see errors for each.`;
  return count <= maxReportedErrors ? message : `${message} It lists the first ${maxReportedErrors}.`;
}

/**
 * The errors as a response lists them: the first 100, each value shortened, and each list of allowed values only at the first error that
 * has it. So a small input never gets a large answer.
 */
export function toReportedErrors(fieldErrors: readonly FieldError[]): FieldError[] {
  const listed = new Set<string>();
  return fieldErrors.slice(0, maxReportedErrors).map(({ allowed, ...error }) => {
    const key = JSON.stringify(allowed);
    const isRepeated = allowed === undefined || listed.has(key);
    listed.add(key);
    return { ...error, value: truncateValue(error.value), ...(!isRepeated && { allowed }) };
  });
}
