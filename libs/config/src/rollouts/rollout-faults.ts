import type { Fault } from '#kernel';
import { valueFaults } from '../settings/rules.js';
import { declarationOf, isSettingName } from '../settings/tenant-settings.js';
import type { RolloutUnit } from './rollout.js';

/** What a query is answered under; the rest of the settings is the same for all queries of a tenant. */
const groupsOfQueries: readonly string[] = ['model', 'retrieval', 'prompt'];

interface Proposed {
  readonly changes: Readonly<Record<string, unknown>>;
  readonly unit: RolloutUnit;
}

/** What is wrong with a rollout's changes for every tenant. `null`, which would remove a setting, has nothing to lay over others. */
export function changesFaults({ changes, unit }: Proposed): Fault[] {
  const names = Object.keys(changes);
  if (names.length === 0)
    return [{ field: 'changes', rule: 'required', message: 'changes must name a setting and its value.' }];
  const own = [
    ...names.flatMap((name) => faultsOfName(name, changes[name])),
    ...(unit === 'query' ? faultsByQuery(names) : []),
  ];
  const faulty = new Set(own.map(({ field }) => field));
  const rest = Object.entries(changes).filter(([name]) => !faulty.has(inChanges(name)));
  return [...own, ...faultsInChanges(valueFaults(Object.fromEntries(rest)))];
}

/** The faults of settings as faults of the request that names them under `changes`. */
export function faultsInChanges(faults: readonly Fault[]): Fault[] {
  return faults.map((fault) => ({ ...fault, field: inChanges(fault.field) }));
}

function faultsOfName(name: string, value: unknown): Fault[] {
  const field = inChanges(name);
  if (!isSettingName(name))
    return [{ field, rule: 'unknown_field', message: `${field} is no setting; check its spelling.`, value }];
  if (name === 'custom_domain')
    return [{ field, rule: 'read_only', message: 'A custom domain belongs to one tenant only.', value }];
  if (value === null)
    return [{ field, rule: 'type', message: `${field} needs a value: a rollout removes nothing.`, value }];
  return [];
}

/** One entry for each field that takes part, the unit too. */
function faultsByQuery(names: readonly string[]): Fault[] {
  const rest = names
    .filter(isSettingName)
    .filter((name) => !groupsOfQueries.includes(declarationOf(name).group));
  if (rest.length === 0) return [];
  const message = `${rest.join(', ')} cannot differ between queries of one tenant: use unit tenant.`;
  return ['unit', ...rest.map(inChanges)].map((field) => ({ field, rule: 'combination', message }));
}

function inChanges(name: string): string {
  return `changes.${name}`.slice(0, 200);
}
