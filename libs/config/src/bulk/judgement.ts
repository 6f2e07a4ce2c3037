import { type Fault, sameJson } from '#kernel';
import { type Commons, layersOfClass } from '../fleet/fleet.service.js';
import type { ConfigurationClass } from '../fleet/fleet.repository.js';
import type { SetBy } from '../settings/layers.js';
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
  /** What would be stored after it. */
  readonly settings: SomeSettings;
  /** Whose the restored values are; null for the operation's author. */
  readonly setBy: 'tenant_admin' | null;
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
  const setBy = setterOf(one, task, changed);
  const found = obstacle(one, changed) ?? invalidity(one, settings, { task, commons });
  if (found) return { ...found, settings, setBy };
  return { outcome: one.approval_required ? 'approval_required' : 'updated', detail: null, settings, setBy };
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
  settings: SomeSettings,
  { task, commons }: { task: Task; commons: Commons },
): Finding | null {
  const before = layersOfClass(one, commons);
  const faults = [
    ...mergedVariableFaults(settings, task),
    ...faultsOfChange(before, { ...before, own: settings }, new Set(Object.keys(task.changes))),
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

/** Values that the tenant itself had set are its own again, unless the platform's come back with them. */
function setterOf(
  { previous_set_by: setBy }: AffectedClass,
  { kind }: Task,
  changed: readonly SettingName[],
): Verdict['setBy'] {
  const setters = changed.map((name) => setBy?.[name]).filter((setter) => setter !== undefined);
  const isTenants = setters.length > 0 && setters.every((setter) => setter === 'tenant_admin');
  return kind === 'revert' && isTenants ? 'tenant_admin' : null;
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
