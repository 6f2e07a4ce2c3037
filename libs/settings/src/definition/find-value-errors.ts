import { findFieldErrors } from '#http';
import type { FieldError } from '#kernel';
import { type SettingName, TenantSettings } from './tenant-settings.js';
import { getSettingDeclaration, isSettingName } from './setting-names.js';

/**
 * Errors of single values: type, bounds, form. An unknown name is an error, a missing setting is not. Whether values fit together, the
 * plan and the model is `findConfigurationErrors`'s to check.
 *
 * ```ts
 * findValueErrors({ temperature: 3 }).map(({ field, rule }) => [field, rule]); // [['temperature', 'max']]
 * ```
 */
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
