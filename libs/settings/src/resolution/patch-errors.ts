import { type FieldError, isPlainObject } from '#kernel';
import { findValueErrors } from '../definition/find-value-errors.js';
import type { PartialSettings } from '../definition/tenant-settings.js';
import type { SettingsPatch } from './merge-patch.js';

const maxFieldLength = 200;

/** The same errors one level down, e.g. `temperature` → `changes.temperature`; an error of the whole object gets the parent's name. */
export function prefixFields(parent: string, errors: readonly FieldError[]): FieldError[] {
  return errors.map((error) => {
    const field = error.field === '' ? parent : `${parent}.${error.field}`;
    return { ...error, field: field.slice(0, maxFieldLength) };
  });
}

/** Errors of the values that a patch sets (type, bounds, form). What it removes with null, prompt variables included, is not checked. */
export function findPatchedValueErrors(patch: SettingsPatch): FieldError[] {
  const values = withoutNulls(patch);
  const { prompt_variables: variables } = values;
  if (!isPlainObject(variables)) return findValueErrors(values);
  return findValueErrors({ ...values, prompt_variables: withoutNulls(variables) });
}

/**
 * Errors of the prompt variables after a merge: each patch of them may be small, but their total number and size are limited too.
 * `merged` are the tenant's own settings after the patch.
 */
export function findMergedVariableErrors({ prompt_variables }: PartialSettings): FieldError[] {
  return prompt_variables === undefined ? [] : findValueErrors({ prompt_variables });
}

function withoutNulls(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}
