import { isPlainObject, isJsonEqual } from '#kernel';

const maxWidth = 100;

/** Formats a changed value as lines: `+ model.temperature: 0.3`. Objects are compared key by key, long texts line by line. */
export function changeLines(path: string, from: unknown, to: unknown): string[] {
  if ([from, to].some(isPlainObject) && [from, to].every((value) => isPlainObject(value ?? {})))
    return memberLines(path, from as Members | null, to as Members | null);
  return singleValueLines(path, from, to);
}

/** In one line, shortened. */
export function formatValue(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  return text.length <= maxWidth ? text : `${text.slice(0, maxWidth)}…`;
}

type Members = Readonly<Record<string, unknown>>;

function memberLines(path: string, from: Members | null, to: Members | null): string[] {
  const [old, next] = [from ?? {}, to ?? {}];
  const names = [...new Set([...Object.keys(old), ...Object.keys(next)])];
  const changed = names.filter((name) => !isJsonEqual(old[name], next[name]));
  if (changed.length === 0) return singleValueLines(path, from, to);
  return changed.flatMap((name) =>
    singleValueLines(`${path}.${name}`, old[name] ?? null, next[name] ?? null),
  );
}

function singleValueLines(path: string, from: unknown, to: unknown): string[] {
  if (from === null) return addedOrRemovedLines('+', path, to);
  if (to === null) return addedOrRemovedLines('-', path, from);
  if (isLong(from) || isLong(to)) return [`~ ${path}:`, ...textLines(String(from), String(to))];
  return [`~ ${path}: ${formatValue(from)} → ${formatValue(to)}`];
}

function addedOrRemovedLines(sign: string, path: string, value: unknown): string[] {
  if (!isLong(value)) return [`${sign} ${path}: ${formatValue(value)}`];
  return [`${sign} ${path}:`, ...value.split('\n').map((line) => `    ${sign} ${line}`)];
}

function isLong(value: unknown): value is string {
  return typeof value === 'string' && (value.includes('\n') || value.length > maxWidth);
}

/** The differing lines, without the common beginning and end. */
function textLines(from: string, to: string): string[] {
  const [old, next] = [from.split('\n'), to.split('\n')];
  const before = commonPrefixLength(old, next);
  const after = commonPrefixLength(old.slice(before).toReversed(), next.slice(before).toReversed());
  return [
    ...old.slice(before, old.length - after).map((line) => `    - ${line}`),
    ...next.slice(before, next.length - after).map((line) => `    + ${line}`),
  ];
}

function commonPrefixLength(one: readonly string[], other: readonly string[]): number {
  const end = one.findIndex((line, index) => line !== other[index]);
  return end === -1 ? one.length : end;
}
