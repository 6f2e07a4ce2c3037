import type { FieldError } from '#kernel';
import { type SharedInputs, layersOfGroup } from '../population/tenant-population.service.js';
import type { ConfigurationGroup } from '../population/tenant-population.repository.js';
import {
  changedSettings,
  findChangeErrors,
  findMergedVariableErrors,
  mergePatch,
  type PartialSettings,
  type Setter,
  settersAfterChange,
  type SettersByName,
  type SettingName,
} from '#settings';
import type { BulkOperation, BulkOutcome, OutcomeCounts } from './bulk-operation.js';

/** What an operation must know of tenants that it treats alike. */
export interface AffectedGroup extends Omit<ConfigurationGroup, 'tenants'> {
  /** Settings of the patch that changed since the base version; null for none. */
  readonly conflicts: readonly SettingName[] | null;
  /** For a revert: the settings, and who had set them, before the reverted operation. */
  readonly previous: PartialSettings | null;
  readonly previous_set_by: SettersByName | null;
}

/** What the operation does to the tenants of one group. */
export interface Evaluation {
  readonly outcome: BulkOutcome;
  readonly detail: string | null;
  /** The settings after the operation, and who counts as having set each. */
  readonly settings: PartialSettings;
  readonly set_by: SettersByName;
}

/** A group and the outcome of its tenants. */
export interface EvaluatedGroup<Group = ConfigurationGroup> {
  readonly group: Group;
  readonly evaluation: Evaluation;
}

/** A number of tenants with the same outcome. */
export interface OutcomeSize extends Pick<Evaluation, 'outcome'> {
  readonly size: number;
}

type BulkTask = Pick<BulkOperation, 'kind' | 'changes'>;

const maxDetailLength = 1000;

/**
 * What an operation does to a group of tenants. A setting that changed since the base version is the tenant's own choice, so a conflict
 * decides before anything else. A lock decides only if a setting would change.
 */
export function evaluateGroup(group: AffectedGroup, task: BulkTask, sharedInputs: SharedInputs): Evaluation {
  const settings = settingsAfter(group, task);
  const changedNames = changedSettings(group.settings, settings);
  const set_by = settersAfterChange(group, settings, (name) => setterOf(group, task, name));
  const after = { settings, set_by };
  const blocker = findBlocker(group, changedNames) ?? findRuleViolation(group, after, { task, sharedInputs });
  if (blocker) return { ...blocker, ...after };
  return { outcome: group.approval_required ? 'approval_required' : 'updated', detail: null, ...after };
}

/** Applies the patch, or restores the previous values of its settings. */
function settingsAfter({ settings, previous }: AffectedGroup, { kind, changes }: BulkTask): PartialSettings {
  if (kind === 'update') return mergePatch(settings, changes);
  const fields = Object.keys(changes) as SettingName[];
  const kept = Object.entries(settings).filter(([name]) => !fields.includes(name as SettingName));
  const restored = fields.map((name) => [name, previous?.[name]] as const);
  return Object.fromEntries([...kept, ...restored.filter(([, value]) => value !== undefined)]);
}

/** An outcome with its explanation. */
export type OutcomeDetail = Pick<Evaluation, 'outcome' | 'detail'>;

function findBlocker(
  { conflicts, override_allowed: isOverrideAllowed, set_by: setBy }: AffectedGroup,
  changedNames: readonly SettingName[],
): OutcomeDetail | null {
  if (conflicts?.length)
    return {
      outcome: 'conflict',
      detail: `The tenant changed ${conflicts.join(', ')} meanwhile and keeps its values.`,
    };
  if (changedNames.length === 0) return { outcome: 'unchanged', detail: null };
  if (!isOverrideAllowed)
    return { outcome: 'skipped_locked', detail: 'The tenant has turned override_allowed off.' };
  const fileOwnedNames = changedNames.filter((name) => setBy[name] === 'code');
  return fileOwnedNames.length === 0
    ? null
    : { outcome: 'skipped_locked', detail: `A file owns ${fileOwnedNames.join(', ')}.` };
}

/** Only errors that the change causes or touches count: a tenant that was already out of bounds can still get the rest of the change. */
function findRuleViolation(
  group: AffectedGroup,
  { settings, set_by }: Pick<Evaluation, 'settings' | 'set_by'>,
  { task, sharedInputs }: { task: BulkTask; sharedInputs: SharedInputs },
): OutcomeDetail | null {
  const before = layersOfGroup(group, sharedInputs);
  const after = { ...before, own: settings, setBy: set_by };
  const errors = [
    ...('prompt_variables' in task.changes ? findMergedVariableErrors(settings) : []),
    ...findChangeErrors(before, after, new Set(Object.keys(task.changes))),
  ];
  return errors.length === 0 ? null : { outcome: 'invalid', detail: joinErrorMessages(errors) };
}

/** The messages of the errors in one text, each once, at most 1,000 characters. */
export function joinErrorMessages(errors: readonly FieldError[]): string {
  return [...new Set(errors.map(({ message }) => message))].join(' ').slice(0, maxDetailLength);
}

/** The platform admin; for a revert, the previous setter. */
function setterOf({ previous_set_by: setBy }: AffectedGroup, { kind }: BulkTask, name: SettingName): Setter {
  return (kind === 'revert' ? setBy?.[name] : undefined) ?? 'platform_admin';
}

/** The outcome of a group with the number of its tenants. */
export function toOutcomeSize({ group, evaluation: { outcome } }: EvaluatedGroup): OutcomeSize {
  return { outcome, size: group.tenants.length };
}

/** The number of tenants with each outcome. */
export function countOutcomes(sizes: readonly OutcomeSize[]): OutcomeCounts {
  const counts = {
    updated: 0,
    unchanged: 0,
    skipped_locked: 0,
    approval_required: 0,
    invalid: 0,
    conflict: 0,
  };
  for (const { outcome, size } of sizes) counts[outcome] += size;
  return counts;
}
