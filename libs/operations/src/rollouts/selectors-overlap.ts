import { isJsonEqual } from '#kernel';
import { type Selector, acceptedValues } from '#settings';

/**
 * True if both selectors can select the same tenant, now or after tenants, plans or settings change. False only if their texts exclude
 * each other: different plans, different ids, or different values of one setting.
 */
export function selectorsOverlap(one: Selector, other: Selector): boolean {
  return !(
    areDisjoint(one.plans, other.plans) ||
    areDisjoint(one.tenant_ids, other.tenant_ids) ||
    excludesAllOf(one, other) ||
    excludesAllOf(other, one) ||
    haveDisjointConditions(one, other)
  );
}

function areDisjoint(left: readonly string[] | undefined, right: readonly string[] | undefined): boolean {
  if (left === undefined || right === undefined) return false;
  const leftIds = new Set(left);
  return !right.some((each) => leftIds.has(each));
}

function excludesAllOf({ exclude = [] }: Selector, { tenant_ids: ids }: Selector): boolean {
  const excluded = new Set(exclude);
  return ids !== undefined && ids.every((id) => excluded.has(id));
}

function haveDisjointConditions({ where: one = {} }: Selector, { where: other = {} }: Selector): boolean {
  return Object.keys(one).some(
    (name) =>
      name in other &&
      !acceptedValues(one[name]).some((value) =>
        acceptedValues(other[name]).some((otherValue) => isJsonEqual(value, otherValue)),
      ),
  );
}
