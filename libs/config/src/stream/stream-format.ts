import type { CompiledConfiguration } from '../compile/compiled-configuration.js';

/** The form of a configuration and its changes in one protocol. The results are the text of server-sent events. */
export interface StreamFormat {
  /** The `id` of the events: it changes exactly when there is an event to send. Its form is that of an ETag without its quotes. */
  tagOf(configuration: CompiledConfiguration): string;
  /** For a client that has just connected and does not have this configuration. */
  start(current: CompiledConfiguration): string;
  /** For clients that have the configuration `from`. */
  change(from: CompiledConfiguration, to: CompiledConfiguration): string;
  /** For clients that have a version which no longer exists, because the database was restored. */
  restart(current: CompiledConfiguration): string;
}

const tagPattern = /^(\d{1,15})-[0-9a-f]{8}$/;

/** The version in a tag that a client sends back; -1 when the text is no tag. */
export function versionInTag(tag: string | undefined): number {
  return Number(tagPattern.exec(tag ?? '')?.[1] ?? -1);
}
