import type { Schema } from '../api/operations.js';

type Radius = Pick<Schema<'BlastRadiusResponse'>, 'matched' | 'changed' | 'failing' | 'approval_required'>;

/** What a change reaches, in sentences. */
export function radiusTexts({ matched, changed, failing, approval_required: waiting }: Radius): string[] {
  return [
    `${changed.toLocaleString()} of ${tenants(matched)} would get another value.`,
    ...(failing > 0 ? [`Queries of ${tenants(failing)} would fail.`] : []),
    ...(waiting.changed > 0
      ? [`${tenants(waiting.changed)} of them changes only by approval; this change reaches them without.`]
      : []),
  ];
}

/** What the button of a change says: the act, and how many tenants it reaches. */
export function actWithCount(act: string, changed: number): string {
  return changed === 0
    ? `${act}, no tenant changes`
    : `${act}, ${tenants(changed)} ${changed === 1 ? 'changes' : 'change'}`;
}

const tenants = (count: number): string => `${count.toLocaleString()} ${count === 1 ? 'tenant' : 'tenants'}`;
