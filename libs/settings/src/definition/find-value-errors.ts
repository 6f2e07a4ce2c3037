import { findFieldErrors } from '#http';
import type { FieldError } from '#kernel';
import { type SettingName, TenantSettings, getSettingDeclaration, isSettingName } from './tenant-settings.js';

/** The faults of single values: type, bounds, form. Fields left out are none. */
export function findValueErrors(settings: Readonly<Record<string, unknown>>): FieldError[] {
  const shapeErrors = findFieldErrors(TenantSettings, settings).filter(
    ({ rule, field }) => rule !== 'required' || field in settings,
  );
  const invalidFields = new Set(shapeErrors.map(({ field }) => field));
  const contentErrors = Object.entries(settings)
    .filter(([name]) => isSettingName(name) && !invalidFields.has(name))
    .flatMap(
      ([name, value]) => getSettingDeclaration(name as SettingName).findErrors?.(value as never) ?? [],
    );
  return [...shapeErrors, ...contentErrors];
}
