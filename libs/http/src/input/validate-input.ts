import { type FieldError, InvalidInputError, isPlainObject } from '#kernel';
import { type ValidationError, validateSync } from 'class-validator';
import type { FieldCheck } from './field-check.js';
import { type Field, type InputClass, fieldsOf } from './field.js';

/** An answer lists no more faults than a person would read; the input may hold a million. */
const maxErrors = 200;
const maxPathLength = 200;

/**
 * The input as an instance of its class, declared fields only. Any JSON value may be given, hostile ones too.
 *
 * @throws InvalidInputError with every fault.
 */
export function validateInput<T extends object>(type: InputClass<T>, plain: unknown): T {
  const { instance, faults } = instantiateAndCheck(type, plain);
  if (faults.length > 0) throw new InvalidInputError(faults);
  return instance;
}

/** Every fault of the input (the first 200). Fields that the class does not declare are `unknown_field`. */
export function findFieldErrors(type: InputClass, plain: unknown): FieldError[] {
  return instantiateAndCheck(type, plain).faults;
}

function instantiateAndCheck<T extends object>(
  type: InputClass<T>,
  plain: unknown,
): { instance: T; faults: FieldError[] } {
  if (!isPlainObject(plain)) {
    const fieldError: FieldError = {
      field: '',
      rule: 'type',
      message: 'A JSON object is expected here.',
      value: plain,
    };
    return { instance: new type(), faults: [fieldError] };
  }
  const instance = instantiate(type, plain) as T;
  const validationErrors = validateSync(instance, { forbidUnknownValues: false });
  const faults = [
    ...validationErrors.flatMap((error) => toFieldErrors(error, '')),
    ...findUnknownFields(type, plain, ''),
  ];
  return { instance, faults: faults.slice(0, maxErrors) };
}

function instantiate(type: InputClass, plain: Record<string, unknown>): object {
  const instance = new type() as Record<string, unknown>;
  for (const { name, nestedClass: part } of fieldsOf(type).values())
    if (Object.hasOwn(plain, name))
      instance[name] = part ? instantiateNested(part(), plain[name]) : plain[name];
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
  // A value of the wrong type breaks the other rules too, and its members mean nothing: only the type is worth telling.
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

function toFieldError(
  { rule, message: says, details: told }: FieldCheck,
  field: string,
  value: unknown,
): FieldError {
  return { field, rule, message: `${field} ${says}.`, ...(value === undefined ? {} : { value }), ...told };
}

function findUnknownFields(type: InputClass, plain: Record<string, unknown>, parent: string): FieldError[] {
  const fields = fieldsOf(type);
  return Object.entries(plain).flatMap(([name, value]) => {
    const field = fields.get(name);
    const path = joinPath(parent, name);
    return field ? findNestedUnknownFields(field, value, path) : [unknownFieldError(path, value)];
  });
}

function findNestedUnknownFields({ nestedClass: part }: Field, value: unknown, path: string): FieldError[] {
  if (!part) return [];
  if (isPlainObject(value)) return findUnknownFields(part(), value, path);
  if (!Array.isArray(value)) return [];
  return value.flatMap((element: unknown, index) =>
    isPlainObject(element) ? findUnknownFields(part(), element, joinPath(path, String(index))) : [],
  );
}

function unknownFieldError(field: string, value: unknown): FieldError {
  return { field, rule: 'unknown_field', message: `${field} is not a field that can be given here.`, value };
}

function joinPath(parent: string, name: string): string {
  return `${parent === '' ? '' : `${parent}.`}${name}`.slice(0, maxPathLength);
}
