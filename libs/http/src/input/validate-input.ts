import { type FieldError, InvalidInputError, didYouMean, isPlainObject, maxReportedErrors } from '#kernel';
import { type ValidationError, validateSync } from 'class-validator';
import type { FieldCheck } from './field-check.js';
import { type Field, type InputClass, fieldsOf } from './field.js';
import type { InputPart } from './handler-inputs.js';
import { isValidInput } from './is-valid-input.js';
import { rememberValidationMetadata } from './validation-metadata.js';

rememberValidationMetadata();

const maxPathLength = 200;

/**
 * Returns the input as an instance of its class, with declared fields only. Accepts any JSON value, also a hostile one.
 *
 * It does not use `plainToInstance` of class-transformer, which also walks through free JSON values: a member named `constructor`
 * makes it throw a TypeError, it drops `__proto__`, and deep nesting overflows its stack.
 *
 * ```ts
 * const query = validateInput(PageQuery, { limit: 20 });
 * ```
 *
 * @throws InvalidInputError with every error (the first 100).
 */
export function validateInput<T extends object>(type: InputClass<T>, plain: unknown, part?: InputPart): T {
  const { instance, fieldErrors } = checkInput(type, plain, part);
  if (fieldErrors.length > 0) throw new InvalidInputError(fieldErrors);
  return instance;
}

/** Returns every error of the input (the first 100); empty for a valid one. A field that the class does not declare is `unknown_field`. */
export function findFieldErrors(type: InputClass, plain: unknown, part?: InputPart): FieldError[] {
  return checkInput(type, plain, part).fieldErrors;
}

interface CheckedInput<T extends object> {
  readonly instance: T;
  readonly fieldErrors: FieldError[];
}

/** The instance with its errors. `part` is where the input comes from, for the messages. */
export function checkInput<T extends object>(
  type: InputClass<T>,
  plain: unknown,
  part: InputPart = 'body',
): CheckedInput<T> {
  if (!isPlainObject(plain)) {
    const message = 'The input must be a JSON object.';
    return { instance: new type(), fieldErrors: [{ field: '', rule: 'type', message, value: plain }] };
  }
  const instance = instantiate(type, plain) as T;
  if (isValidInput(type, plain)) return { instance, fieldErrors: [] };
  const validationErrors = validateSync(instance, { forbidUnknownValues: false });
  const fieldErrors = [
    ...validationErrors.flatMap((error) => toFieldErrors(error, '')),
    ...(part === 'query' ? findUnknownParameters(type, plain) : findUnknownFieldErrors(type, plain)),
  ];
  return { instance, fieldErrors: fieldErrors.slice(0, maxReportedErrors) };
}

/** The checked instance without its fields that have errors. A list in which an element has errors is left out. */
export function withoutInvalidFields<T extends object>({
  instance,
  fieldErrors,
}: CheckedInput<T>): Partial<T> {
  for (const { field } of fieldErrors) deleteField(instance, field.split('.'));
  return instance;
}

function deleteField(holder: object, [name, ...rest]: string[]): void {
  const inner: unknown =
    name !== undefined && Object.hasOwn(holder, name) ? Reflect.get(holder, name) : undefined;
  const isHolder = typeof inner === 'object' && inner !== null && !Array.isArray(inner);
  if (rest.length > 0 && isHolder) deleteField(inner, rest);
  else if (name !== undefined) Reflect.deleteProperty(holder, name);
}

function instantiate(type: InputClass, plain: Record<string, unknown>): object {
  const instance = new type() as Record<string, unknown>;
  for (const { name, nestedClass } of fieldsOf(type).values())
    if (Object.hasOwn(plain, name))
      instance[name] = nestedClass ? instantiateNested(nestedClass(), plain[name]) : plain[name];
  return instance;
}

function instantiateNested(type: InputClass, value: unknown): unknown {
  if (Array.isArray(value))
    return value.map((element) => (isPlainObject(element) ? instantiate(type, element) : element));
  return isPlainObject(value) ? instantiate(type, value) : value;
}

function toFieldErrors(error: ValidationError, parent: string): FieldError[] {
  const path = joinPath(parent, error.property);
  const failedChecks = Object.values((error.contexts ?? {}) as Record<string, FieldCheck>);
  // A value of the wrong type breaks the other rules too, and its members mean nothing. Only the type is reported.
  const decisiveCheck =
    failedChecks.find((check) => check.rule === 'required') ??
    failedChecks.find((check) => check.rule === 'type');
  if (decisiveCheck) return fieldErrorsOfCheck(decisiveCheck, path, error.value);
  const nestedErrors = (error.children ?? []).flatMap((child) => toFieldErrors(child, path));
  return [...failedChecks.flatMap((check) => fieldErrorsOfCheck(check, path, error.value)), ...nestedErrors];
}

function fieldErrorsOfCheck(check: FieldCheck, path: string, value: unknown): FieldError[] {
  if (!check.each || !Array.isArray(value)) return [toFieldError(check, path, value)];
  return value.flatMap((element: unknown, index) =>
    check.test(element) ? [] : [toFieldError(check, joinPath(path, String(index)), element)],
  );
}

function toFieldError({ rule, message, details }: FieldCheck, field: string, value: unknown): FieldError {
  return {
    field,
    rule,
    message: `${field} ${message}.`,
    ...(value === undefined ? {} : { value }),
    ...details,
  };
}

/** A field that its class does not declare. */
interface UnknownField {
  readonly path: string;
  readonly name: string;
  readonly value: unknown;
  readonly knownNames: readonly string[];
}

/** Finding the name that was meant takes time, so it is done only for the errors that are reported. */
function findUnknownFieldErrors(type: InputClass, plain: Record<string, unknown>): FieldError[] {
  return findUnknownFields(type, plain, '').slice(0, maxReportedErrors).map(unknownFieldError);
}

function findUnknownFields(type: InputClass, plain: Record<string, unknown>, parent: string): UnknownField[] {
  const fields = fieldsOf(type);
  return Object.entries(plain).flatMap(([name, value]): UnknownField[] => {
    const field = fields.get(name);
    const path = joinPath(parent, name);
    if (field) return findNestedUnknownFields(field, value, path);
    return [{ path, name, value, knownNames: [...fields.keys()] }];
  });
}

function findNestedUnknownFields({ nestedClass }: Field, value: unknown, path: string): UnknownField[] {
  if (!nestedClass) return [];
  if (isPlainObject(value)) return findUnknownFields(nestedClass(), value, path);
  if (!Array.isArray(value)) return [];
  return value.flatMap((element: unknown, index) =>
    isPlainObject(element) ? findUnknownFields(nestedClass(), element, joinPath(path, String(index))) : [],
  );
}

function unknownFieldError({ path, name, value, knownNames }: UnknownField): FieldError {
  const suggestion = didYouMean(name, knownNames);
  const message = `Unknown field "${path}".${suggestion === '' ? ' Check the spelling, or leave it out.' : suggestion}`;
  return { field: path, rule: 'unknown_field', message, value };
}

/** Only the parameters that a route has are listed: they are few. */
function findUnknownParameters(type: InputClass, plain: Record<string, unknown>): FieldError[] {
  const allowed = [...fieldsOf(type).keys()];
  const hint = allowed.length === 0 ? 'This route takes none.' : `Allowed: ${allowed.toSorted().join(', ')}.`;
  return Object.entries(plain)
    .filter(([name]) => !allowed.includes(name))
    .slice(0, maxReportedErrors)
    .map(([name, value]) => {
      const field = name.slice(0, maxPathLength);
      const message = `Unknown query parameter "${field}".${didYouMean(name, allowed)} ${hint}`;
      return { field, rule: 'unknown_field', message, value, ...(allowed.length > 0 && { allowed }) };
    });
}

function joinPath(parent: string, name: string): string {
  return `${parent === '' ? '' : `${parent}.`}${name}`.slice(0, maxPathLength);
}
