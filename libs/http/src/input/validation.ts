import { type Fault, InvalidInputError, isPlainObject } from '#kernel';
import { type ValidationError, validateSync } from 'class-validator';
import type { Check } from './check.js';
import { type Field, type InputClass, fieldsOf } from './field.js';

/** An answer lists no more faults than a person would read; the input may hold a million. */
const shownFaults = 200;
const shownCharacters = 200;

/**
 * The input as an instance of its class, declared fields only. Any JSON value may be given, hostile ones too.
 *
 * @throws InvalidInputError with every fault.
 */
export function validateInput<T extends object>(type: InputClass<T>, plain: unknown): T {
  const { instance, faults } = examine(type, plain);
  if (faults.length > 0) throw new InvalidInputError(faults);
  return instance;
}

/** Every fault of the input (the first 200). Fields that the class does not declare are `unknown_field`. */
export function faultsOf(type: InputClass, plain: unknown): Fault[] {
  return examine(type, plain).faults;
}

function examine<T extends object>(type: InputClass<T>, plain: unknown): { instance: T; faults: Fault[] } {
  if (!isPlainObject(plain)) {
    const fault: Fault = {
      field: '',
      rule: 'type',
      message: 'A JSON object is expected here.',
      value: plain,
    };
    return { instance: new type(), faults: [fault] };
  }
  const instance = instanceOf(type, plain) as T;
  const errors = validateSync(instance, { forbidUnknownValues: false });
  const faults = [...errors.flatMap((error) => faultsOfError(error, '')), ...unknownFields(type, plain, '')];
  return { instance, faults: faults.slice(0, shownFaults) };
}

function instanceOf(type: InputClass, plain: Record<string, unknown>): object {
  const instance = new type() as Record<string, unknown>;
  for (const { name, part } of fieldsOf(type).values())
    if (Object.hasOwn(plain, name)) instance[name] = part ? partOf(part(), plain[name]) : plain[name];
  return instance;
}

function partOf(type: InputClass, value: unknown): unknown {
  if (Array.isArray(value))
    return value.map((element) => (isPlainObject(element) ? instanceOf(type, element) : element));
  return isPlainObject(value) ? instanceOf(type, value) : value;
}

function faultsOfError(error: ValidationError, parent: string): Fault[] {
  const path = pathTo(parent, error.property);
  const broken = Object.values((error.contexts ?? {}) as Record<string, Check>);
  // A value of the wrong type breaks the other rules too, and its members mean nothing: only the type is worth telling.
  const decisive =
    broken.find((check) => check.rule === 'required') ?? broken.find((check) => check.rule === 'type');
  if (decisive) return faultsOfCheck(decisive, path, error.value);
  const inner = (error.children ?? []).flatMap((child) => faultsOfError(child, path));
  return [...broken.flatMap((check) => faultsOfCheck(check, path, error.value)), ...inner];
}

function faultsOfCheck(check: Check, path: string, value: unknown): Fault[] {
  if (!check.each || !Array.isArray(value)) return [faultOf(check, path, value)];
  return value.flatMap((element: unknown, index) =>
    check.test(element) ? [] : [faultOf(check, pathTo(path, String(index)), element)],
  );
}

function faultOf({ rule, says, told }: Check, field: string, value: unknown): Fault {
  return { field, rule, message: `${field} ${says}.`, ...(value === undefined ? {} : { value }), ...told };
}

function unknownFields(type: InputClass, plain: Record<string, unknown>, parent: string): Fault[] {
  const fields = fieldsOf(type);
  return Object.entries(plain).flatMap(([name, value]) => {
    const field = fields.get(name);
    const path = pathTo(parent, name);
    return field ? unknownFieldsInside(field, value, path) : [unknownField(path, value)];
  });
}

function unknownFieldsInside({ part }: Field, value: unknown, path: string): Fault[] {
  if (!part) return [];
  if (isPlainObject(value)) return unknownFields(part(), value, path);
  if (!Array.isArray(value)) return [];
  return value.flatMap((element: unknown, index) =>
    isPlainObject(element) ? unknownFields(part(), element, pathTo(path, String(index))) : [],
  );
}

function unknownField(field: string, value: unknown): Fault {
  return { field, rule: 'unknown_field', message: `${field} is not a field that can be given here.`, value };
}

function pathTo(parent: string, name: string): string {
  return `${parent === '' ? '' : `${parent}.`}${name}`.slice(0, shownCharacters);
}
