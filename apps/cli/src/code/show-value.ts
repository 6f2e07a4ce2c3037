import { isPlainObject, sameJson } from '#kernel';

const widest = 100;

/** One value that changes, as lines: `+ model.temperature: 0.3`. Objects are told key by key, long texts line by line. */
export function changeLines(path: string, from: unknown, to: unknown): string[] {
  if ([from, to].some(isPlainObject) && [from, to].every((value) => isPlainObject(value ?? {})))
    return memberLines(path, from as Members | null, to as Members | null);
  return wholeLines(path, from, to);
}

/** In one line, shortened. */
export function shownValue(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  return text.length <= widest ? text : `${text.slice(0, widest)}…`;
}

type Members = Readonly<Record<string, unknown>>;

function memberLines(path: string, from: Members | null, to: Members | null): string[] {
  const [old, next] = [from ?? {}, to ?? {}];
  const names = [...new Set([...Object.keys(old), ...Object.keys(next)])];
  const changed = names.filter((name) => !sameJson(old[name], next[name]));
  if (changed.length === 0) return wholeLines(path, from, to);
  return changed.flatMap((name) => wholeLines(`${path}.${name}`, old[name] ?? null, next[name] ?? null));
}

function wholeLines(path: string, from: unknown, to: unknown): string[] {
  if (from === null) return oneSided('+', path, to);
  if (to === null) return oneSided('-', path, from);
  if (isLong(from) || isLong(to)) return [`~ ${path}:`, ...textLines(String(from), String(to))];
  return [`~ ${path}: ${shownValue(from)} → ${shownValue(to)}`];
}

function oneSided(sign: string, path: string, value: unknown): string[] {
  if (!isLong(value)) return [`${sign} ${path}: ${shownValue(value)}`];
  return [`${sign} ${path}:`, ...value.split('\n').map((line) => `    ${sign} ${line}`)];
}

function isLong(value: unknown): value is string {
  return typeof value === 'string' && (value.includes('\n') || value.length > widest);
}

/** The lines that differ, between those that both texts begin and end with. */
function textLines(from: string, to: string): string[] {
  const [old, next] = [from.split('\n'), to.split('\n')];
  const before = sameAtStart(old, next);
  const after = sameAtStart(old.slice(before).toReversed(), next.slice(before).toReversed());
  return [
    ...old.slice(before, old.length - after).map((line) => `    - ${line}`),
    ...next.slice(before, next.length - after).map((line) => `    + ${line}`),
  ];
}

function sameAtStart(one: readonly string[], other: readonly string[]): number {
  const end = one.findIndex((line, index) => line !== other[index]);
  return end === -1 ? one.length : end;
}
