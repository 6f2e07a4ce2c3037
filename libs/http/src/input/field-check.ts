import type { FieldError, FieldErrorRule } from '#kernel';
import { type ValidationOptions, ValidateBy } from 'class-validator';

/** One rule of a field. It becomes a class-validator constraint, and has all parts of the error that it reports. */
export interface FieldCheck {
  readonly rule: FieldErrorRule;
  readonly test: (value: unknown) => boolean;
  /** The end of a sentence that begins with the name of the field: `must be a string`. */
  readonly message: string;
  readonly details?: Partial<Pick<FieldError, 'allowed' | 'min' | 'max' | 'max_length'>>;
  /** The rule is for each element of a list, not for the list. */
  readonly each?: true;
}

export function checkDecorator(check: FieldCheck): PropertyDecorator {
  const options: ValidationOptions = { context: check, message: check.message };
  return ValidateBy(
    {
      name: `${check.each ? 'each ' : ''}${check.rule}: ${check.message}`,
      validator: { validate: testOf(check) },
    },
    options,
  );
}

/** The test of the whole value of a field. */
export function testOf({ test, each }: FieldCheck): (value: unknown) => boolean {
  return each ? matchesEvery(test) : test;
}

export function typeCheck(test: (value: unknown) => boolean, message: string): FieldCheck {
  return { rule: 'type', test, message };
}

export function boundChecks({ min, max }: { readonly min?: number; readonly max?: number }): FieldCheck[] {
  const checks: FieldCheck[] = [];
  if (min !== undefined)
    checks.push({
      rule: 'min',
      test: (value) => Number(value) >= min,
      message: `must be at least ${min}`,
      details: definedBounds(min, max),
    });
  if (max !== undefined)
    checks.push({
      rule: 'max',
      test: (value) => Number(value) <= max,
      message: `must be at most ${max}`,
      details: definedBounds(min, max),
    });
  return checks;
}

export function enumCheck(values: readonly string[]): FieldCheck {
  const message = `must be ${values.map((value) => JSON.stringify(value)).join(' or ')}`;
  return {
    rule: 'enum',
    test: (value) => values.includes(value as string),
    message,
    details: { allowed: values },
  };
}

/** Lengths are in code points, as in JSON Schema. */
export function lengthChecks({ min, max }: { readonly min?: number; readonly max?: number }): FieldCheck[] {
  const checks: FieldCheck[] = [];
  if (min !== undefined)
    checks.push({
      rule: 'min',
      test: (text) => hasAtLeast(text, min),
      message: minLengthMessage(min),
      details: { min },
    });
  if (max !== undefined)
    checks.push({
      rule: 'max_length',
      test: (text) => !hasAtLeast(text, max + 1),
      message: `must have at most ${max} characters`,
      details: { max_length: max },
    });
  return checks;
}

/** No control characters except white space, and no halves of surrogate pairs: Postgres cannot store them all. */
export const storableCheck: FieldCheck = {
  rule: 'pattern',
  test: isStorable,
  message: 'must not contain control characters or broken characters',
};

/** The same rule for every key and string in a JSON value, which has at most `maxBytes` as JSON. */
export function jsonChecks(maxBytes?: number): FieldCheck[] {
  if (maxBytes === undefined) return [{ ...storableCheck, test: (value) => isDeeplyStorable(value) }];
  const isSmall = (value: unknown): boolean => isWithinJsonSize(value, maxBytes);
  const message = `must have at most ${maxBytes} bytes as JSON`;
  return [
    { rule: 'max_length', test: isSmall, message, details: { max_length: maxBytes } },
    { ...storableCheck, test: (value) => !isSmall(value) || isDeeplyStorable(value) },
  ];
}

// oxlint-disable-next-line no-control-regex -- the pattern finds control characters
const controlCharacter = /[\u0000-\u0008\u000b\u000e-\u001f\u007f]/;

/** True for a string without control characters, except white space, and without broken surrogate pairs. */
export function isStorable(text: unknown): boolean {
  return typeof text === 'string' && text.isWellFormed() && !controlCharacter.test(text);
}

/** Deeper values are refused, because the code that stores or prints them is recursive. */
const maxDepth = 64;

function isDeeplyStorable(value: unknown, depth = maxDepth): boolean {
  if (typeof value === 'string') return isStorable(value);
  if (typeof value !== 'object' || value === null) return true;
  if (depth === 0) return false;
  return Object.entries(value).every(([key, inner]) => isStorable(key) && isDeeplyStorable(inner, depth - 1));
}

/** Stops to read a value as soon as it is too large, so that a huge one costs no time. */
function isWithinJsonSize(value: unknown, maxBytes: number): boolean {
  return spendBytes(value, maxBytes) >= 0 && Buffer.byteLength(JSON.stringify(value)) <= maxBytes;
}

/** What remains of the bytes after a value that has at least as many; negative if it has more. */
function spendBytes(value: unknown, bytes: number): number {
  if (typeof value === 'string') return bytes - value.length - 2;
  if (typeof value !== 'object' || value === null) return bytes - 1;
  let left = bytes - 2;
  for (const key in value) {
    left = spendBytes(
      (value as Record<string, unknown>)[key],
      left - (Array.isArray(value) ? 1 : key.length + 3),
    );
    if (left < 0) break;
  }
  return left;
}

/** True for at least this many code points. A text is counted only if its length in UTF-16 units does not decide. */
function hasAtLeast(text: unknown, codePoints: number): boolean {
  const units = String(text).length;
  if (units < codePoints || units >= 2 * codePoints) return units >= codePoints;
  return countCodePoints(text) >= codePoints;
}

function countCodePoints(text: unknown): number {
  const utf16 = String(text);
  let pairs = 0;
  for (let at = 0; at < utf16.length; at += 1) if ((utf16.codePointAt(at) ?? 0) > 0xffff) pairs += 1;
  return utf16.length - pairs;
}

function minLengthMessage(min: number): string {
  return min === 1 ? 'must not be empty' : `must have at least ${min} characters`;
}

function definedBounds(min?: number, max?: number): { min?: number; max?: number } {
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

function matchesEvery(test: (value: unknown) => boolean): (list: unknown) => boolean {
  return (list) => Array.isArray(list) && list.every(test);
}

/** Checks of how many entries a list has; none for a bound that is not given. */
export function itemCountChecks({
  min,
  max,
}: {
  readonly min?: number;
  readonly max?: number;
}): FieldCheck[] {
  const checks: FieldCheck[] = [];
  if (min !== undefined)
    checks.push({
      rule: 'min',
      test: (list) => Array.isArray(list) && list.length >= min,
      message: `must have at least ${min} ${min === 1 ? 'entry' : 'entries'}`,
      details: { min },
    });
  if (max !== undefined)
    checks.push({
      rule: 'too_many',
      test: (list) => Array.isArray(list) && list.length <= max,
      message: `must have at most ${max} entries`,
      details: { max },
    });
  return checks;
}
