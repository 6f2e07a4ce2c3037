import { type Fault, type FaultRule, InvalidInputError, isPlainObject } from '#kernel';
import { plainToInstance } from 'class-transformer';
import { type ValidationError, validateSync } from 'class-validator';

type InputClass<T extends object> = new () => T;

const ruleOfConstraint: Readonly<Record<string, FaultRule>> = {
  whitelistValidation: 'unknown_field',
  isString: 'type',
  isInt: 'type',
  isNumber: 'type',
  isBoolean: 'type',
  isObject: 'type',
  isArray: 'type',
  nestedValidation: 'type',
  min: 'min',
  minLength: 'min',
  max: 'max',
  maxLength: 'max_length',
  matches: 'pattern',
  isIn: 'enum',
  arrayMaxSize: 'too_many',
};

/**
 * The input as an instance of its class.
 *
 * @throws InvalidInputError with every fault.
 */
export function validateInput<T extends object>(type: InputClass<T>, plain: unknown): T {
  const { instance, faults } = examine(type, plain);
  if (faults.length > 0) throw new InvalidInputError(faults);
  return instance;
}

/** Every fault of the input; fields that the class does not declare are `unknown_field`. */
export function faultsOf<T extends object>(type: InputClass<T>, plain: unknown): Fault[] {
  return examine(type, plain).faults;
}

function examine<T extends object>(type: InputClass<T>, plain: unknown): { instance: T; faults: Fault[] } {
  if (!isPlainObject(plain)) {
    const fault: Fault = { field: '', rule: 'type', message: 'The body must be a JSON object.', value: plain };
    return { instance: new type(), faults: [fault] };
  }
  const instance = plainToInstance(type, plain);
  const errors = validateSync(instance, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false });
  return { instance, faults: errors.flatMap((error) => faultsOfError(error, '')) };
}

function faultsOfError(error: ValidationError, parent: string): Fault[] {
  const field = parent === '' ? error.property : `${parent}.${error.property}`;
  const nested = (error.children ?? []).flatMap((child) => faultsOfError(child, field));
  const constraints = Object.keys(error.constraints ?? {});
  if (constraints.length === 0) return nested;
  if (error.value === undefined && !constraints.includes('whitelistValidation'))
    return [{ field, rule: 'required', message: `${field} is required.` }];
  return [...faultsOfConstraints(error, field, constraints), ...nested];
}

/** A value of the wrong type breaks every other rule too; only the type is worth telling. */
function faultsOfConstraints(error: ValidationError, field: string, constraints: string[]): Fault[] {
  const faults = constraints.map((constraint) => faultOf(error, field, constraint));
  const typeFault = faults.find((fault) => fault.rule === 'type' || fault.rule === 'unknown_field');
  return typeFault ? [typeFault] : faults;
}

function faultOf(error: ValidationError, field: string, constraint: string): Fault {
  const rule = ruleOfConstraint[constraint] ?? 'type';
  const { hint, ...bounds } = (error.contexts?.[constraint] ?? {}) as { hint?: string };
  const told = error.constraints?.[constraint] ?? 'is not valid';
  return { field, rule, message: messageFor(rule, field, hint ?? told.replace(error.property, field)), value: error.value, ...bounds };
}

function messageFor(rule: FaultRule, field: string, text: string): string {
  if (rule === 'unknown_field') return `${field} is not a field that can be given here; check its spelling.`;
  if (rule === 'pattern') return `${field} must be of the form: ${text}.`;
  return `${text}.`;
}
