import { isStorable } from '#http';
import { type FieldError, isPlainObject } from '#kernel';
import { type SettingName, isSettingName } from '../definition/tenant-settings.js';
import type { SettingsPatch } from './merge-patch.js';

/** What may stand beside settings in the body of a change. */
export interface ChangeOptions {
  readonly override_allowed?: boolean;
  readonly reason?: string | null;
  readonly force?: boolean;
  /** The tenant's golden questions must pass first. */
  readonly gate?: boolean;
}

export interface ParsedChange {
  readonly patch: SettingsPatch;
  readonly options: ChangeOptions;
  readonly errors: readonly FieldError[];
}

const maxReasonLength = 500;
/** Shown by GET, not set by PATCH. */
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

/** Sorts a change's body into settings, options and faults. `force` is the platform's alone. */
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
      ...unknownEntries.map(([name, value]) => unknownSettingError(name, value)),
      ...(body['force'] === true && isPlatform && isBlank(body['reason']) ? [reasonRequiredError()] : []),
    ],
  };
}

/** The settings that a patch gives a value, without those that it removes. */
export function valuesToSet(patch: SettingsPatch): Partial<Record<SettingName, unknown>> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== null));
}

function unknownSettingError(field: string, value: unknown): FieldError {
  const name = field.slice(0, 200);
  if (readOnlyFields.has(field))
    return { field: name, rule: 'read_only', message: `${name} is shown, not set.`, value };
  return { field: name, rule: 'unknown_field', message: `${name} is no setting; check its spelling.`, value };
}

function findBooleanErrors(field: string, value: unknown): FieldError[] {
  return typeof value === 'boolean'
    ? []
    : [{ field, rule: 'type', message: `${field} must be true or false.`, value }];
}

function findReasonErrors(field: string, value: unknown): FieldError[] {
  if (value === null) return [];
  if (typeof value !== 'string') return [{ field, rule: 'type', message: 'reason must be a text.', value }];
  if (!isStorable(value))
    return [{ field, rule: 'pattern', message: 'reason must not contain control characters.', value }];
  if (Array.from(value).length <= maxReasonLength) return [];
  const message = `reason may be at most ${maxReasonLength} characters long.`;
  return [{ field, rule: 'max_length', message, value, max_length: maxReasonLength }];
}

function reasonRequiredError(): FieldError {
  return { field: 'reason', rule: 'required', message: 'force needs a reason; the history shows it.' };
}

function isBlank(reason: unknown): boolean {
  return typeof reason !== 'string' || reason.trim() === '';
}
