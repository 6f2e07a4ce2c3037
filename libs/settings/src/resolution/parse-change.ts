import { isStorable } from '#http';
import { type FieldError, isPlainObject, maxReportedErrors } from '#kernel';
import { isSettingName, settingNames } from '../definition/setting-names.js';
import { unknownSettingMessage } from '../definition/unknown-setting.js';
import type { SettingsPatch } from './merge-patch.js';

/** What the body of a change may contain besides settings. */
export interface ChangeOptions {
  readonly override_allowed?: boolean;
  readonly reason?: string | null;
  readonly force?: boolean;
  /** The change is made only if the tenant's golden questions pass with it. */
  readonly gate?: boolean;
}

/** The result of `parseChange`. The patch's values are not checked yet. */
export interface ParsedChange {
  readonly patch: SettingsPatch;
  readonly options: ChangeOptions;
  readonly errors: readonly FieldError[];
}

const maxReasonLength = 500;
/** GET shows these fields; PATCH cannot set them. */
const readOnlyFields = new Set([
  'tenant_id',
  'version',
  'last_modified_by_role',
  'updated_by',
  'created_at',
  'updated_at',
  'custom_domain_verified',
  'managed_by_code',
  'sources',
  'own',
]);

const optionValidators: Readonly<Record<string, (field: string, value: unknown) => FieldError[]>> = {
  override_allowed: findBooleanErrors,
  reason: findReasonErrors,
  gate: findBooleanErrors,
  force: findBooleanErrors,
};

/**
 * Splits the body of a change into a patch of settings, options and errors. It does not throw: a body that is not an object is an error,
 * too. Only a platform admin may send `force`.
 */
export function parseChange(body: unknown, isPlatform: boolean): ParsedChange {
  if (!isPlainObject(body)) {
    const message = 'The body must be a JSON object: a merge patch of settings.';
    return { patch: {}, options: {}, errors: [{ field: '', rule: 'type', message, value: body }] };
  }
  const options = Object.keys(optionValidators).filter((name) => isPlatform || name !== 'force');
  const entries = Object.entries(body);
  const optionEntries = entries.filter(([name]) => options.includes(name));
  const unknownEntries = entries.filter(([name]) => !isSettingName(name) && !options.includes(name));
  return {
    patch: Object.fromEntries(entries.filter(([name]) => isSettingName(name))) as SettingsPatch,
    options: Object.fromEntries(optionEntries),
    errors: [
      ...optionEntries.flatMap(([name, value]) => optionValidators[name]!(name, value)),
      // Finding a name takes time, and a hostile body has thousands of unknown names.
      ...unknownEntries.map(([name, value], index) =>
        unknownFieldError(name, value, index < maxReportedErrors ? [...settingNames, ...options] : []),
      ),
      ...(body['force'] === true && isPlatform && isBlank(body['reason']) ? [reasonRequiredError()] : []),
    ],
  };
}

function unknownFieldError(field: string, value: unknown, known: readonly string[]): FieldError {
  const name = field.slice(0, 200);
  if (readOnlyFields.has(field))
    return { field: name, rule: 'read_only', message: `${name} is read-only: leave it out.`, value };
  const message =
    name === 'force' ? 'force is for platform admins; leave it out.' : unknownSettingMessage(name, known);
  return { field: name, rule: 'unknown_field', message, value };
}

function findBooleanErrors(field: string, value: unknown): FieldError[] {
  return typeof value === 'boolean'
    ? []
    : [{ field, rule: 'type', message: `${field} must be true or false.`, value }];
}

function findReasonErrors(field: string, value: unknown): FieldError[] {
  if (value === null) return [];
  if (typeof value !== 'string') return [{ field, rule: 'type', message: 'reason must be a string.', value }];
  if (!isStorable(value))
    return [{ field, rule: 'pattern', message: 'reason must not contain control characters.', value }];
  if (Array.from(value).length <= maxReasonLength) return [];
  const message = `reason may be at most ${maxReasonLength} characters long.`;
  return [{ field, rule: 'max_length', message, value, max_length: maxReasonLength }];
}

function reasonRequiredError(): FieldError {
  return { field: 'reason', rule: 'required', message: 'force requires a reason, which the history shows.' };
}

function isBlank(reason: unknown): boolean {
  return typeof reason !== 'string' || reason.trim() === '';
}
