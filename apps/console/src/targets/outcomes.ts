import type { Schema } from '../api/operations.js';
import { words } from '../words/words.texts.js';
import { texts } from './targets.texts.js';

/** What became of one tenant, in the words of the API, with its colour. `none`: not decided yet. */
export const outcomes = [
  { key: 'updated', label: texts.outcomes.updated, color: 'teal' },
  { key: 'unchanged', label: texts.outcomes.unchanged, color: 'gray' },
  { key: 'skipped_locked', label: texts.outcomes.locked, color: 'orange' },
  { key: 'approval_required', label: texts.outcomes.waiting, color: 'yellow' },
  { key: 'invalid', label: texts.outcomes.invalid, color: 'red' },
  { key: 'conflict', label: texts.outcomes.conflict, color: 'grape' },
] as const;

export type Outcome = (typeof outcomes)[number]['key'];

/** One part of an outcome bar. */
export interface OutcomePart {
  readonly key: string;
  readonly label: string;
  readonly color: string;
  readonly count: number;
}

/** The counts of a dry run as the parts of a bar. */
export function partsOfDryRun(dryRun: Schema<'DryRunResponse'>): OutcomePart[] {
  const counts = {
    updated: dryRun.would_update,
    unchanged: dryRun.unchanged,
    skipped_locked: dryRun.locked,
    approval_required: dryRun.approval_required,
    invalid: dryRun.invalid,
    conflict: 0,
  };
  return outcomes
    .map(({ key, label, color }) => ({
      key,
      color,
      count: counts[key],
      label: key === 'updated' ? texts.wouldChange : label,
    }))
    .filter(({ count, key }) => count > 0 || key === 'updated');
}

/** The counts of an operation as the parts of a bar, with what is not done yet at the end. */
export function partsOfOperation(operation: Schema<'BulkOperationResponse'>): OutcomePart[] {
  const decided = outcomes.map(({ key, label, color }) => ({ key, label, color, count: operation[key] }));
  const left = operation.matched - operation.done;
  const rest = {
    key: 'left',
    label: isOver(operation) ? texts.outcomes.notReached : words.toDo,
    color: 'blue',
    count: left,
  };
  return [...decided, rest].filter(({ count }) => count > 0);
}

/** True once an operation does nothing more. */
export function isOver({ state }: Pick<Schema<'BulkOperationResponse'>, 'state'>): boolean {
  return state !== 'queued' && state !== 'running';
}
