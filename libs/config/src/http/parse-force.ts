import { InvalidInputError } from '#kernel';
import type { Principal } from '#http';

/**
 * Reads `force` and `reason` of a rollback. Only platform admins may use force, and they must give a reason.
 *
 * @throws InvalidInputError
 */
export function parseForce(
  { force = false, reason = null }: { force?: boolean; reason?: string | null },
  { role }: Principal,
): { force: boolean; reason: string | null } {
  if (force && role !== 'platform_admin') {
    const message = 'force is for platform admins; leave it out.';
    throw new InvalidInputError([{ field: 'force', rule: 'unknown_field', message, value: force }]);
  }
  if (force && (reason === null || reason.trim() === '')) {
    const message = 'force needs a reason; the history shows it.';
    throw new InvalidInputError([{ field: 'reason', rule: 'required', message }]);
  }
  return { force, reason };
}
