import { isObject } from '../draft/json.js';
import type { OwnSettings } from '../draft/patch.js';
import type { SettingsPatch } from '../draft/draft-store.js';
import type { SettingSchema } from '../settings/setting-schema.js';

interface TenantFileInput {
  readonly tenantId: string;
  readonly version: number;
  readonly patch: SettingsPatch;
  /** What the tenant stores after the patch. */
  readonly after: OwnSettings;
  readonly settings: readonly SettingSchema[];
}

/**
 * The changed settings as a file for `attune apply`. A file has no null: a setting that is reset is left out of it. Undefined if the patch
 * sets nothing.
 */
export function toTenantFile({
  tenantId,
  version,
  patch,
  after,
  settings,
}: TenantFileInput): string | undefined {
  const set = settings.filter(({ name }) => Object.hasOwn(patch, name) && Object.hasOwn(after, name));
  if (set.length === 0) return undefined;
  const groups = [...new Set(set.map(({ path }) => groupOf(path)))];
  const lines = groups.flatMap((group) => [
    `${group}:`,
    ...set
      .filter(({ path }) => groupOf(path) === group)
      .flatMap(({ path, name }) => entry(path.slice(group.length + 1), after[name], '  ')),
  ]);
  const head = [
    `# tenants/${tenantId}.yaml, for: attune apply tenants/${tenantId}.yaml`,
    `tenant: ${tenantId}`,
  ];
  return [...head, `exported_version: ${version}`, ...lines, ''].join('\n');
}

const groupOf = (path: string): string => path.slice(0, path.indexOf('.'));

function entry(key: string, value: unknown, indent: string): string[] {
  if (typeof value === 'string' && value.includes('\n') && !/^\s|\s\n|\r|\t/.test(value))
    return [`${indent}${key}: |${value.endsWith('\n') ? '+' : '-'}`, ...block(value, indent)];
  if (!isObject(value)) return [`${indent}${key}: ${JSON.stringify(value)}`];
  const entries = Object.entries(value);
  if (entries.length === 0) return [`${indent}${key}: {}`];
  return [
    `${indent}${key}:`,
    ...entries.flatMap(([name, each]) => [`${indent}  ${JSON.stringify(name)}: ${JSON.stringify(each)}`]),
  ];
}

/** An empty line of a block has no indentation. */
function block(text: string, indent: string): string[] {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => (line === '' ? '' : `${indent}  ${line}`));
}
