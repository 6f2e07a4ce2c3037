import { isStorable } from '#http';
import { type Fault, isPlainObject } from '#kernel';
import { type SettingName, isSettingName } from './tenant-settings.js';
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
  readonly faults: readonly Fault[];
}

const longestReason = 500;
/** Shown by GET, not set by PATCH. */
const readOnly = new Set([
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

const optionChecks: Readonly<Record<string, (field: string, value: unknown) => Fault[]>> = {
  override_allowed: booleanFaults,
  reason: reasonFaults,
  gate: booleanFaults,
  force: booleanFaults,
};

/** Sorts a change's body into settings, options and faults. `force` is the platform's alone. */
export function parseChange(body: unknown, isPlatform: boolean): ParsedChange {
  if (!isPlainObject(body)) {
    const message = 'The body must be a JSON object: a merge patch of settings.';
    return { patch: {}, options: {}, faults: [{ field: '', rule: 'type', message, value: body }] };
  }
  const options = Object.keys(optionChecks).filter((name) => isPlatform || name !== 'force');
  const entries = Object.entries(body);
  const known = entries.filter(([name]) => options.includes(name));
  const rest = entries.filter(([name]) => !isSettingName(name) && !options.includes(name));
  return {
    patch: Object.fromEntries(entries.filter(([name]) => isSettingName(name))) as SettingsPatch,
    options: Object.fromEntries(known),
    faults: [
      ...known.flatMap(([name, value]) => optionChecks[name]!(name, value)),
      ...rest.map(([name, value]) => notASetting(name, value)),
      ...(body['force'] === true && isPlatform && isBlank(body['reason']) ? [reasonMissing()] : []),
    ],
  };
}

/** The settings that a patch gives a value, without those that it removes. */
export function givenValues(patch: SettingsPatch): Partial<Record<SettingName, unknown>> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== null));
}

function notASetting(field: string, value: unknown): Fault {
  const name = field.slice(0, 200);
  if (readOnly.has(field))
    return { field: name, rule: 'read_only', message: `${name} is shown, not set.`, value };
  return { field: name, rule: 'unknown_field', message: `${name} is no setting; check its spelling.`, value };
}

function booleanFaults(field: string, value: unknown): Fault[] {
  return typeof value === 'boolean'
    ? []
    : [{ field, rule: 'type', message: `${field} must be true or false.`, value }];
}

function reasonFaults(field: string, value: unknown): Fault[] {
  if (value === null) return [];
  if (typeof value !== 'string') return [{ field, rule: 'type', message: 'reason must be a text.', value }];
  if (!isStorable(value))
    return [{ field, rule: 'pattern', message: 'reason must not contain control characters.', value }];
  if (Array.from(value).length <= longestReason) return [];
  const message = `reason may be at most ${longestReason} characters long.`;
  return [{ field, rule: 'max_length', message, value, max_length: longestReason }];
}

function reasonMissing(): Fault {
  return { field: 'reason', rule: 'required', message: 'force needs a reason; the history shows it.' };
}

function isBlank(reason: unknown): boolean {
  return typeof reason !== 'string' || reason.trim() === '';
}
