import { type FieldError, InvalidInputError, isPlainObject, maxReportedErrors } from '#kernel';
import { type ValidationError, validateSync } from 'class-validator';
import type { FieldCheck } from './field-check.js';
import { type Field, type InputClass, fieldsOf } from './field.js';

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
export function validateInput<T extends object>(type: InputClass<T>, plain: unknown): T {
  const { instance, fieldErrors } = instantiateAndCheck(type, plain);
  if (fieldErrors.length > 0) throw new InvalidInputError(fieldErrors);
  return instance;
}

/** Returns every error of the input (the first 100); empty for a valid one. A field that the class does not declare is `unknown_field`. */
export function findFieldErrors(type: InputClass, plain: unknown): FieldError[] {
  return instantiateAndCheck(type, plain).fieldErrors;
}

function instantiateAndCheck<T extends object>(
  type: InputClass<T>,
  plain: unknown,
): { instance: T; fieldErrors: FieldError[] } {
  if (!isPlainObject(plain)) {
    const message = 'The input must be a JSON object.';
    return { instance: new type(), fieldErrors: [{ field: '', rule: 'type', message, value: plain }] };
  }
  const instance = instantiate(type, plain) as T;
  const validationErrors = validateSync(instance, { forbidUnknownValues: false });
  const fieldErrors = [
    ...validationErrors.flatMap((error) => toFieldErrors(error, '')),
    ...findUnknownFields(type, plain, ''),
  ];
  return { instance, fieldErrors: fieldErrors.slice(0, maxReportedErrors) };
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

function findUnknownFields(type: InputClass, plain: Record<string, unknown>, parent: string): FieldError[] {
  const fields = fieldsOf(type);
  return Object.entries(plain).flatMap(([name, value]) => {
    const field = fields.get(name);
    const path = joinPath(parent, name);
    return field ? findNestedUnknownFields(field, value, path) : [unknownFieldError(path, value)];
  });
}

function findNestedUnknownFields({ nestedClass }: Field, value: unknown, path: string): FieldError[] {
  if (!nestedClass) return [];
  if (isPlainObject(value)) return findUnknownFields(nestedClass(), value, path);
  if (!Array.isArray(value)) return [];
  return value.flatMap((element: unknown, index) =>
    isPlainObject(element) ? findUnknownFields(nestedClass(), element, joinPath(path, String(index))) : [],
  );
}

function unknownFieldError(field: string, value: unknown): FieldError {
  return { field, rule: 'unknown_field', message: `Unknown field ${field}; check the spelling.`, value };
}

function joinPath(parent: string, name: string): string {
  return `${parent === '' ? '' : `${parent}.`}${name}`.slice(0, maxPathLength);
}
