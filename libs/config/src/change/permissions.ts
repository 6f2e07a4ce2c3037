import { type FieldError, ManagedByCodeError, OverrideNotAllowedError } from '#kernel';
import type { AuthorRole, StoredConfiguration } from '../storage/configuration.repository.js';
import { type SettingsPatch, type SettingName, getSettingDeclaration, type Plan } from '#settings';

/** The settings of the patch that a tenant admin may not change: the platform's, and those that the plan locks. */
export function findPermissionErrors(patch: SettingsPatch, role: AuthorRole, plan: Plan): FieldError[] {
  if (role === 'platform_admin') return [];
  return Object.entries(patch).flatMap(([name, value]): FieldError[] => {
    const field = name as SettingName;
    if (getSettingDeclaration(field).settableBy === 'platform')
      return [{ field, rule: 'platform_only', message: `Only a platform admin can change ${field}.`, value }];
    if (plan.locked_settings.includes(field))
      return [{ field, rule: 'locked_by_plan', message: `${field} is fixed by the plan ${plan.id}.`, value }];
    return [];
  });
}

/** @throws OverrideNotAllowedError when a platform admin changes a tenant that has turned `override_allowed` off, without force. */
export function assertOverrideAllowed(stored: StoredConfiguration, role: AuthorRole, force: boolean): void {
  if (role !== 'platform_admin' || stored.override_allowed || force) return;
  const message =
    'The tenant has turned override_allowed off. To change it anyway, send force: true and a reason.';
  throw new OverrideNotAllowedError(message);
}

/** @throws ManagedByCodeError when a file owns one of the changed settings, without force. */
export function assertNotManagedByCode(
  stored: StoredConfiguration,
  changed: readonly SettingName[],
  force: boolean,
): void {
  const fields = force ? [] : changed.filter((name) => stored.set_by[name] === 'code');
  if (fields.length === 0) return;
  const message = `A file owns ${fields.join(', ')}: change the file and apply it.`;
  throw new ManagedByCodeError(message, fields);
}
