import { type FieldError, InvalidInputError } from '#kernel';
import type { Principal } from '#http';
import { parseChange } from '#settings';
import type { RollBackTarget } from '../change/roll-back.service.js';

interface RollBackBody {
  readonly to_version?: number;
  readonly steps?: number;
  readonly force?: boolean;
  readonly reason?: string | null;
}

interface ParsedRollBack {
  readonly target: RollBackTarget;
  readonly force: boolean;
  readonly reason: string | null;
}

/**
 * Reads a rollback: its target, which is exactly one of `to_version`, `steps` and `?version=`, and `force` and `reason` by the rules of a
 * patch.
 *
 * @throws InvalidInputError with every error.
 */
export function parseRollBack(
  { to_version: toVersion, steps, force = false, reason = null }: RollBackBody,
  version: number | undefined,
  { role }: Principal,
): ParsedRollBack {
  const targets: RollBackTarget[] = [
    ...(toVersion === undefined ? [] : [{ version: toVersion }]),
    ...(steps === undefined ? [] : [{ steps }]),
    ...(version === undefined ? [] : [{ steps: version }]),
  ];
  const { errors } = parseChange(force ? { force, reason } : { reason }, role === 'platform_admin');
  const all = [...findTargetErrors(targets, { to_version: toVersion, steps, version }), ...errors];
  if (all.length > 0) throw new InvalidInputError(all);
  return { target: targets[0]!, force, reason };
}

/** Without a target, one error; with several, one for each of them. */
function findTargetErrors(targets: readonly RollBackTarget[], given: object): FieldError[] {
  if (targets.length === 1) return [];
  if (targets.length === 0) {
    const message =
      'to_version or steps is required, for instance {"steps": 1} for the version before this one.';
    return [{ field: 'to_version', rule: 'required', message }];
  }
  const named = Object.entries(given).filter(([, value]) => value !== undefined);
  const message = `Send only one of ${named.map(([name]) => name).join(', ')}.`;
  return named.map(([field, value]) => ({ field, rule: 'combination', message, value: value as unknown }));
}
