import { type Field, fieldsOf } from '#http';
import { getSettingDeclaration } from './setting-names.js';
import { type SettingName, TenantSettings } from './tenant-settings.js';

type FieldCheck = Field['checks'][number];

/** The rules that the code which uses a setting relies on. */
const essentialRules: readonly FieldCheck['rule'][] = ['type', 'enum', 'min', 'max'];
const fields = fieldsOf(TenantSettings);

/**
 * The stored value of a setting as it can be used: a number beyond a bound counts as the bound, and a value of another type as not set
 * (undefined). The API refuses such values, but SQL can write them.
 *
 * ```ts
 * usableValue('temperature', 'hot'); // undefined
 * usableValue('temperature', 9); // 2
 * ```
 */
export function usableValue(name: SettingName, value: unknown): unknown {
  if (value === undefined) return undefined;
  const { schema, checks } = fields.get(name)!;
  if (value === null) return 'nullable' in schema && schema.nullable ? null : undefined;
  const failed = checks.find(({ rule, test }) => essentialRules.includes(rule) && !test(value));
  if (failed) return typeof value === 'number' ? boundOf(failed) : undefined;
  return hasUsableMembers(name, value) ? value : undefined;
}

function boundOf({ rule, details }: FieldCheck): number | undefined {
  return rule === 'min' || rule === 'max' ? details?.[rule] : undefined;
}

function hasUsableMembers(name: SettingName, value: unknown): boolean {
  const errors = getSettingDeclaration(name).findErrors?.(value as never) ?? [];
  return errors.every(({ rule }) => rule !== 'type');
}
