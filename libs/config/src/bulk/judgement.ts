import { type Fault, sameJson } from '#kernel';
import { type Commons, layersOfClass } from '../fleet/fleet.service.js';
import type { ConfigurationClass } from '../fleet/fleet.repository.js';
import { type SetBy, type Setter, setByAfter } from '../settings/layers.js';
import { mergePatch } from '../settings/merge-patch.js';
import { faultsOfChange, valueFaults } from '../settings/rules.js';
import { type SettingName, type SomeSettings, settingNames } from '../settings/tenant-settings.js';
import type { BulkOperation, BulkOutcome, OutcomeCounts } from './bulk-operation.js';

/** Tenants that an operation treats alike. */
export interface AffectedClass extends ConfigurationClass {
  /** Settings of the patch that were changed since the operation's base; null for none. */
  readonly conflicts: readonly SettingName[] | null;
  /** Of a revert: what was stored, and who had set it, before the reverted operation. */
  readonly previous: SomeSettings | null;
  readonly previous_set_by: SetBy | null;
}

/** What is to become of the tenants of one class. */
export interface Verdict {
  readonly outcome: BulkOutcome;
  readonly detail: string | null;
  /** What would be stored after it, and who would count as having set each. */
  readonly settings: SomeSettings;
  readonly set_by: SetBy;
}

export interface Judged {
  readonly one: AffectedClass;
  readonly verdict: Verdict;
}

type Task = Pick<BulkOperation, 'kind' | 'changes'>;

const longestDetail = 1000;

/**
 * What an operation does to a class of tenants. A setting that moved since the base is the tenant's own choice and decides before
 * anything else; a lock decides only where something would change.
 */
export function judge(one: AffectedClass, task: Task, commons: Commons): Verdict {
  const settings = settingsAfter(one, task);
  const changed = settingNames.filter((name) => !sameJson(one.settings[name], settings[name]));
  const set_by = setByAfter(one, settings, (name) => setterOf(one, task, name));
  const after = { settings, set_by };
  const found = obstacle(one, changed) ?? invalidity(one, after, { task, commons });
  if (found) return { ...found, ...after };
  return { outcome: one.approval_required ? 'approval_required' : 'updated', detail: null, ...after };
}

/** A merge patch's fields, or what they were before. */
function settingsAfter({ settings, previous }: AffectedClass, { kind, changes }: Task): SomeSettings {
  if (kind === 'update') return mergePatch(settings, changes);
  const fields = Object.keys(changes) as SettingName[];
  const kept = Object.entries(settings).filter(([name]) => !fields.includes(name as SettingName));
  const restored = fields.map((name) => [name, previous?.[name]] as const);
  return Object.fromEntries([...kept, ...restored.filter(([, value]) => value !== undefined)]);
}

type Finding = Pick<Verdict, 'outcome' | 'detail'>;

function obstacle(
  { conflicts, override_allowed: isOpen, set_by: setBy }: AffectedClass,
  changed: readonly SettingName[],
): Finding | null {
  if (conflicts?.length)
    return { outcome: 'conflict', detail: `Changed meanwhile, and kept: ${conflicts.join(', ')}.` };
  if (changed.length === 0) return { outcome: 'unchanged', detail: null };
  if (!isOpen) return { outcome: 'skipped_locked', detail: 'The tenant has turned override_allowed off.' };
  const owned = changed.filter((name) => setBy[name] === 'code');
  return owned.length === 0
    ? null
    : { outcome: 'skipped_locked', detail: `A file owns ${owned.join(', ')}.` };
}

/** Only what the change brings in or touches counts: who was out of bounds before is not kept from the rest. */
function invalidity(
  one: AffectedClass,
  { settings, set_by }: Pick<Verdict, 'settings' | 'set_by'>,
  { task, commons }: { task: Task; commons: Commons },
): Finding | null {
  const before = layersOfClass(one, commons);
  const after = { ...before, own: settings, setBy: set_by };
  const faults = [
    ...mergedVariableFaults(settings, task),
    ...faultsOfChange(before, after, new Set(Object.keys(task.changes))),
  ];
  return faults.length === 0 ? null : { outcome: 'invalid', detail: inWords(faults) };
}

/** The patch's variables were checked by themselves; what they add up to with the tenant's is bounded too. */
function mergedVariableFaults({ prompt_variables: variables }: SomeSettings, { changes }: Task): Fault[] {
  return variables === undefined || !('prompt_variables' in changes)
    ? []
    : valueFaults({ prompt_variables: variables });
}

function inWords(faults: readonly Fault[]): string {
  return [...new Set(faults.map(({ message }) => message))].join(' ').slice(0, longestDetail);
}

/** The platform; what a revert restores is whose it was. */
function setterOf({ previous_set_by: setBy }: AffectedClass, { kind }: Task, name: SettingName): Setter {
  return (kind === 'revert' ? setBy?.[name] : undefined) ?? 'platform_admin';
}

/** How many tenants have which outcome. */
export function countsOf(judged: readonly Judged[]): OutcomeCounts {
  const counts = {
    updated: 0,
    unchanged: 0,
    skipped_locked: 0,
    approval_required: 0,
    invalid: 0,
    conflict: 0,
  };
  for (const { one, verdict } of judged) counts[verdict.outcome] += one.tenants.length;
  return counts;
}
