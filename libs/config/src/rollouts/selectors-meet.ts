import { sameJson } from '#kernel';
import type { Selector } from '../fleet/selector.js';

/**
 * Whether there can be a tenant that both selectors mean, now or when tenants, plans and settings change. False only where they
 * exclude one another by what they say: other plans, other ids, other values of one setting.
 */
export function canMeet(one: Selector, other: Selector): boolean {
  return !(
    areApart(one.plans, other.plans) ||
    areApart(one.tenant_ids, other.tenant_ids) ||
    leavesOut(one, other) ||
    leavesOut(other, one) ||
    askOtherValues(one, other)
  );
}

function areApart(some: readonly string[] | undefined, others: readonly string[] | undefined): boolean {
  if (some === undefined || others === undefined) return false;
  const known = new Set(some);
  return !others.some((each) => known.has(each));
}

function leavesOut({ exclude = [] }: Selector, { tenant_ids: ids }: Selector): boolean {
  const excluded = new Set(exclude);
  return ids !== undefined && ids.every((id) => excluded.has(id));
}

function askOtherValues({ where: one = {} }: Selector, { where: other = {} }: Selector): boolean {
  return Object.keys(one).some(
    (name) =>
      name in other &&
      !valuesOf(one[name]).some((value) => valuesOf(other[name]).some((known) => sameJson(value, known))),
  );
}

/** No setting's value is a list, so a list is one of several values. */
function valuesOf(wanted: unknown): readonly unknown[] {
  return Array.isArray(wanted) ? wanted : [wanted];
}
