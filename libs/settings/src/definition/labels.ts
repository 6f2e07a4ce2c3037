import type { FieldError } from '#kernel';

/** Names with values by which platform admins group tenants, for instance `{ region: 'eu' }`. A tenant has one value for a name. */
export type Labels = Readonly<Record<string, string>>;

/** A tenant has at most so many labels. */
export const maxLabels = 20;
/** The size of labels as JSON; more than the longest allowed labels need. */
export const maxLabelBytes = 32_768;

const namePattern = /^[a-z0-9][a-z0-9._-]{0,62}$/;
const maxValueLength = 200;

/** True for a name that a label may have. */
export function isLabelName(name: string): boolean {
  return namePattern.test(name);
}

/**
 * Every error of the labels in a request. A change may also remove labels: their value is then null.
 *
 * ```ts
 * findLabelErrors({ region: 'eu', Tier: 'gold' }); // one error, of `labels.Tier`
 * ```
 */
export function findLabelErrors(
  labels: Readonly<Record<string, unknown>>,
  { mayRemove = false } = {},
): FieldError[] {
  const entries = Object.entries(labels);
  if (entries.length > maxLabels && !mayRemove) return [tooManyLabelsError()];
  return entries.flatMap(([name, value]) =>
    mayRemove && value === null
      ? findNameErrors('labels', name)
      : findLabelEntryErrors('labels', name, value),
  );
}

/** The errors of one label. `parent` is the field that has the labels. */
export function findLabelEntryErrors(parent: string, name: string, value: unknown): FieldError[] {
  const nameErrors = findNameErrors(parent, name);
  if (typeof value === 'string' && value.length > 0 && [...value].length <= maxValueLength) return nameErrors;
  const field = fieldOf(parent, name);
  const message = `${field} must be a text of 1 to ${maxValueLength} characters.`;
  const rule = typeof value === 'string' && value.length > 0 ? 'max_length' : 'type';
  return [...nameErrors, { field, rule, message, value, max_length: maxValueLength }];
}

/** The error of a tenant with more labels than are allowed. */
export function tooManyLabelsError(): FieldError {
  const message = `A tenant has at most ${maxLabels} labels; remove some, with null as their value.`;
  return { field: 'labels', rule: 'too_many', message, max: maxLabels };
}

function findNameErrors(parent: string, name: string): FieldError[] {
  if (isLabelName(name)) return [];
  const field = fieldOf(parent, name);
  const message = `The name of a label has 1 to 63 of a-z 0-9 . _ - and begins with a letter or a digit: change "${field}".`;
  return [{ field, rule: 'pattern', message, value: name }];
}

function fieldOf(parent: string, name: string): string {
  return `${parent}.${name}`.slice(0, 200);
}
