import type { Fault, FaultRule } from '#kernel';
import { type ValidationOptions, ValidateBy } from 'class-validator';

/** One rule of a field, as a class-validator constraint that carries all that its fault will tell. */
export interface Check {
  readonly rule: FaultRule;
  readonly test: (value: unknown) => boolean;
  /** Completes the sentence that begins with the field's name: `must be a string`. */
  readonly says: string;
  readonly told?: Partial<Pick<Fault, 'allowed' | 'min' | 'max' | 'max_length'>>;
  /** Asked of each element of a list rather than of the list. */
  readonly each?: true;
}

export function checked(check: Check): PropertyDecorator {
  const options: ValidationOptions = { context: check, message: check.says };
  const test = check.each ? everyElement(check.test) : check.test;
  return ValidateBy(
    { name: `${check.each ? 'each ' : ''}${check.rule}: ${check.says}`, validator: { validate: test } },
    options,
  );
}

export function typeCheck(test: (value: unknown) => boolean, says: string): Check {
  return { rule: 'type', test, says };
}

export function boundChecks({ min, max }: { readonly min?: number; readonly max?: number }): Check[] {
  const checks: Check[] = [];
  if (min !== undefined)
    checks.push({
      rule: 'min',
      test: (value) => Number(value) >= min,
      says: `must be at least ${min}`,
      told: bounds(min, max),
    });
  if (max !== undefined)
    checks.push({
      rule: 'max',
      test: (value) => Number(value) <= max,
      says: `must be at most ${max}`,
      told: bounds(min, max),
    });
  return checks;
}

export function wordCheck(values: readonly string[]): Check {
  const says = `must be ${values.map((value) => JSON.stringify(value)).join(' or ')}`;
  return { rule: 'enum', test: (value) => values.includes(value as string), says, told: { allowed: values } };
}

/** Lengths are counted in characters as JSON Schema counts them: code points. */
export function lengthChecks({ min, max }: { readonly min?: number; readonly max?: number }): Check[] {
  const checks: Check[] = [];
  if (min !== undefined)
    checks.push({
      rule: 'min',
      test: (text) => lengthOf(text) >= min,
      says: atLeastCharacters(min),
      told: { min },
    });
  if (max !== undefined)
    checks.push({
      rule: 'max_length',
      test: (text) => lengthOf(text) <= max,
      says: `must have at most ${max} characters`,
      told: { max_length: max },
    });
  return checks;
}

/** Neither control characters, beside white space, nor halves of surrogate pairs, which no database can store. */
export const storable: Check = {
  rule: 'pattern',
  test: isStorable,
  says: 'must not contain control characters or broken characters',
};

/** The same for every key and text inside of a JSON value. */
export const storableInside: Check = { ...storable, test: (value) => isStorableInside(value) };

// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const controlCharacter = /[\u0000-\u0008\u000b\u000e-\u001f\u007f]/;

export function isStorable(text: unknown): boolean {
  return typeof text === 'string' && text.isWellFormed() && !controlCharacter.test(text);
}

/** Deeper values are refused too: whatever stores or prints them later goes down by recursion. */
const mostLevels = 64;

function isStorableInside(value: unknown, levels = mostLevels): boolean {
  if (typeof value === 'string') return isStorable(value);
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  return Object.entries(value).every(
    ([key, inner]) => isStorable(key) && isStorableInside(inner, levels - 1),
  );
}

function lengthOf(text: unknown): number {
  const units = String(text);
  let pairs = 0;
  for (let at = 0; at < units.length; at += 1) if ((units.codePointAt(at) ?? 0) > 0xffff) pairs += 1;
  return units.length - pairs;
}

function atLeastCharacters(min: number): string {
  return min === 1 ? 'must not be empty' : `must have at least ${min} characters`;
}

function bounds(min?: number, max?: number): { min?: number; max?: number } {
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

function everyElement(test: (value: unknown) => boolean): (list: unknown) => boolean {
  return (list) => Array.isArray(list) && list.every(test);
}
