import type { FieldError } from '#kernel';
import {
  findValueErrors,
  getSettingDeclaration,
  isSettingName,
  prefixFields,
  unknownSettingError,
} from '#settings';
import type { RolloutUnit } from '#config';

/** Groups of settings that can differ between queries. Other settings are the same for all queries of a tenant. */
const queryScopedGroups: readonly string[] = ['model', 'retrieval', 'prompt'];

interface ProposedChanges {
  readonly changes: Readonly<Record<string, unknown>>;
  readonly unit: RolloutUnit;
}

/** Errors of a rollout's changes that are the same for every tenant. `null` is an error: a rollout can replace a value, but not remove it. */
export function findRolloutChangeErrors({ changes, unit }: ProposedChanges): FieldError[] {
  const names = Object.keys(changes);
  if (names.length === 0)
    return [{ field: 'changes', rule: 'required', message: 'changes must name a setting and its value.' }];
  const ownErrors = [
    ...names.flatMap((name) => findSettingNameErrors(name, changes[name])),
    ...(unit === 'query' ? findQueryUnitErrors(names) : []),
  ];
  const invalidFields = new Set(ownErrors.map(({ field }) => field));
  const rest = Object.entries(changes).filter(([name]) => !invalidFields.has(changesField(name)));
  return [...ownErrors, ...prefixFields('changes', findValueErrors(Object.fromEntries(rest)))];
}

function findSettingNameErrors(name: string, value: unknown): FieldError[] {
  const field = changesField(name);
  if (!isSettingName(name)) return [unknownSettingError(field, name, value)];
  if (name === 'custom_domain')
    return [
      { field, rule: 'read_only', message: 'A custom domain belongs to one tenant: leave it out.', value },
    ];
  if (value === null)
    return [
      { field, rule: 'type', message: `${field} needs a value: a rollout cannot remove a setting.`, value },
    ];
  return [];
}

/** One error for each field that is part of the problem, the unit included. */
function findQueryUnitErrors(names: readonly string[]): FieldError[] {
  const tenantScopedNames = names
    .filter(isSettingName)
    .filter((name) => !queryScopedGroups.includes(getSettingDeclaration(name).group));
  if (tenantScopedNames.length === 0) return [];
  const message = `${tenantScopedNames.join(', ')} cannot differ between the queries of a tenant: use unit "tenant".`;
  return ['unit', ...tenantScopedNames.map(changesField)].map((field) => ({
    field,
    rule: 'combination',
    message,
  }));
}

function changesField(name: string): string {
  return `changes.${name}`.slice(0, 200);
}
