import { isJsonEqual } from '#kernel';
import { type Selector, acceptedValues } from '#settings';

/** The accepted values of settings or of labels. A tenant has one value for each name. */
type Conditions = Readonly<Record<string, unknown>>;

/**
 * True if both selectors can select the same tenant, now or after tenants, plans or settings change. False only if their texts exclude
 * each other: different plans, different ids, or different values of one label or setting.
 */
export function selectorsOverlap(one: Selector, other: Selector): boolean {
  return !(
    areDisjoint(one.plans, other.plans) ||
    areDisjoint(one.tenant_ids, other.tenant_ids) ||
    excludesAllOf(one, other) ||
    excludesAllOf(other, one) ||
    haveDisjointConditions(one.labels, other.labels) ||
    haveDisjointConditions(one.where, other.where)
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

function haveDisjointConditions(one: Conditions = {}, other: Conditions = {}): boolean {
  return Object.keys(one).some(
    (name) =>
      name in other &&
      !acceptedValues(one[name]).some((value) =>
        acceptedValues(other[name]).some((otherValue) => isJsonEqual(value, otherValue)),
      ),
  );
}
