/** The 412 of an outdated `If-Match` and the 409 of two writers at once; their titles and remedies are in `problem-types.ts`. */
import { type DomainError, ConcurrentUpdateError, InvalidHeaderError, VersionMismatchError } from '#kernel';
import type { StoredConfiguration } from '../storage/configuration.repository.js';
import type { HistoryRepository } from '../storage/history.repository.js';
import { diffConfigurations } from '#settings';

/** The versions that `If-Match` accepts; null when it accepts any. */
export type AcceptedVersions = readonly number[] | null;

const etagPattern = /^(W\/)?"(?:(\d{1,15})(?:-[0-9a-f]{8})?|[\x21\x23-\x7e]*)"$/;

/**
 * Reads `If-Match` (RFC 9110 §13.1.1): a whole tag or its version, a list of them, or `*`. A weak tag and a foreign tag match no
 * version.
 *
 * @throws InvalidHeaderError when the header is malformed.
 */
export function parseIfMatch(header: string | undefined): AcceptedVersions {
  if (header === undefined || header.trim() === '*') return null;
  const tags = header.split(',').map((tag) => etagPattern.exec(tag.trim()));
  if (header.length > 4096 || tags.some((tag) => tag === null)) {
    const message = 'If-Match must be * or a list of tags such as "7" or "7-1a2b3c4d".';
    throw new InvalidHeaderError('If-Match', message, header);
  }
  return tags.flatMap((tag) => (tag![1] === undefined && tag![2] !== undefined ? [Number(tag![2])] : []));
}

/** @throws VersionMismatchError with the fields that changed since the newest accepted version. */
export async function assertVersionAccepted(
  stored: StoredConfiguration,
  accepted: AcceptedVersions,
  history: HistoryRepository,
): Promise<void> {
  if (accepted === null || accepted.includes(stored.version)) return;
  const newestAccepted = accepted.length === 0 ? null : Math.max(...accepted);
  const details = await describeChangesSince(stored, newestAccepted, history);
  const message = `The configuration is at version ${stored.version} now. Read it again before you change it.`;
  throw new VersionMismatchError(message, details);
}

/** The error for the second of two concurrent writers. Nothing of its change was written. */
export async function concurrentUpdateError(
  current: StoredConfiguration,
  base: number,
  history: HistoryRepository,
): Promise<DomainError> {
  const message =
    'Another change was committed at the same time; this one was not made. Read the configuration and try again.';
  return new ConcurrentUpdateError(message, await describeChangesSince(current, base, history));
}

async function describeChangesSince(
  current: StoredConfiguration,
  since: number | null,
  history: HistoryRepository,
): Promise<{ current_version: number; changed_fields: string[] }> {
  const before = since === null ? null : await history.find(current.tenant_id, since);
  const changes = before ? diffConfigurations(before, current) : [];
  return { current_version: current.version, changed_fields: changes.map(({ field }) => field) };
}
