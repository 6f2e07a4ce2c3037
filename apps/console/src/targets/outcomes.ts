import type { Schema } from '../api/operations.js';

/** What became of one tenant, in the words of the API, with its colour. `none`: not decided yet. */
export const outcomes = [
  { key: 'updated', label: 'changed', color: 'teal' },
  { key: 'unchanged', label: 'unchanged', color: 'gray' },
  { key: 'skipped_locked', label: 'locked', color: 'orange' },
  { key: 'approval_required', label: 'waiting for approval', color: 'yellow' },
  { key: 'invalid', label: 'invalid', color: 'red' },
  { key: 'conflict', label: 'conflict', color: 'grape' },
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
      label: key === 'updated' ? 'would change' : label,
    }))
    .filter(({ count, key }) => count > 0 || key === 'updated');
}

/** The counts of an operation as the parts of a bar, with what is not done yet at the end. */
export function partsOfOperation(operation: Schema<'BulkOperationResponse'>): OutcomePart[] {
  const decided = outcomes.map(({ key, label, color }) => ({ key, label, color, count: operation[key] }));
  const left = operation.matched - operation.done;
  const rest = {
    key: 'left',
    label: isOver(operation) ? 'not reached' : 'to do',
    color: 'blue',
    count: left,
  };
  return [...decided, rest].filter(({ count }) => count > 0);
}

/** True once an operation does nothing more. */
export function isOver({ state }: Pick<Schema<'BulkOperationResponse'>, 'state'>): boolean {
  return state !== 'queued' && state !== 'running';
}

/** "1 tenant", "812 tenants". */
export function tenantsText(count: number): string {
  return `${count.toLocaleString()} ${count === 1 ? 'tenant' : 'tenants'}`;
}
