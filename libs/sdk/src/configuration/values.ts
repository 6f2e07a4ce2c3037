/** Makes a JSON value read-only in depth, so that no reader can change what others read. */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}

/** The names whose values differ, in alphabetical order. All names when there was nothing before. */
export function changedNames(
  before: ReadonlyMap<string, unknown> | undefined,
  after: ReadonlyMap<string, unknown>,
): string[] {
  const names = new Set([...(before?.keys() ?? []), ...after.keys()]);
  return [...names].filter((name) => !isEqual(before?.get(name), after.get(name))).toSorted();
}

/** Compares JSON values; the order of an object's fields does not matter. */
function isEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (!isObject(one) || !isObject(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isEqual(one[name], other[name]))
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
