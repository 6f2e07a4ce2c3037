import { isPlainObject, sameJson } from '#kernel';
import type { NextConfiguration } from '../configuration.repository.js';

/** The merge patch (RFC 7396) that makes one configuration out of the other: only what differs, null for what goes. */
export function patchBetween(before: NextConfiguration, after: NextConfiguration): Record<string, unknown> {
  const isMoved = before.override_allowed !== after.override_allowed;
  return {
    ...between({ ...before.settings }, { ...after.settings }),
    ...(isMoved && { override_allowed: after.override_allowed }),
  };
}

function between(before: Record<string, unknown>, after: Record<string, unknown>): Record<string, unknown> {
  const gone = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  const changed = Object.entries(after).filter(
    ([name, value]) => !Object.hasOwn(before, name) || !sameJson(before[name], value),
  );
  return Object.fromEntries([
    ...gone.map((name) => [name, null]),
    ...changed.map(([name, value]) => [name, inside(before[name], value)]),
  ]) as Record<string, unknown>;
}

function inside(before: unknown, after: unknown): unknown {
  return isPlainObject(before) && isPlainObject(after) ? between(before, after) : after;
}
