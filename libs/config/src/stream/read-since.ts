import { UnavailableError } from '#kernel';
import type { CompiledConfiguration } from '../compile/compiled-configuration.js';
import type { ConfigReader } from '../read/config-reader.js';
import { type StreamFormat, versionInTag } from './stream-format.js';

/** What a client has seen: the tag of its last event, which may come from a replica that is ahead of this one. */
interface SeenState {
  readonly tag: string | undefined;
  readonly format: StreamFormat;
}

/**
 * The current configuration by `read`, after every change that the client has seen. A text that is no tag counts as nothing seen.
 *
 * @throws UnavailableError when this replica has only an older state, and cannot read a newer one.
 */
export async function readSince(
  { tag, format }: SeenState,
  reader: Pick<ConfigReader, 'catchUp' | 'sourceOf'>,
  read: () => CompiledConfiguration | Promise<CompiledConfiguration>,
): Promise<CompiledConfiguration> {
  const seenVersion = versionInTag(tag);
  const current = await read();
  if (seenVersion < 0 || format.tagOf(current) === tag) return current;
  await reader.catchUp();
  const newest = await read();
  if (newest.version < seenVersion && reader.sourceOf(newest) !== 'live') throw unavailableError();
  return newest;
}

/** The refusal of a replica that may have an old configuration, or none. */
export function unavailableError(): UnavailableError {
  const message =
    'The database is unavailable, and this replica may not have the newest configuration. Try again shortly.';
  return new UnavailableError(message, 2);
}
