import { isJsonEqual } from '#kernel';
import type { CompiledConfiguration } from '../compile/compiled-configuration.js';
import type { StreamFormat } from './stream-format.js';

interface FieldChange {
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** The events of `GET /v1/config/stream`. */
export const configEvents: StreamFormat = {
  tagOf: idOf,
  start: putEvent,
  change: (from, to) => {
    const data = { version: to.version, etag: to.etag, changes: findChanges(from.body, to.body) };
    return `id: ${idOf(to)}\nevent: patch\ndata: ${JSON.stringify(data)}\n\n`;
  },
  restart: (current) => `event: reset\ndata: {}\n\n${putEvent(current)}`,
};

function idOf({ etag }: CompiledConfiguration): string {
  return etag.slice(1, -1);
}

/** The body is JSON in one line. */
function putEvent(current: CompiledConfiguration): string {
  return `id: ${idOf(current)}\nevent: put\ndata: ${current.body}\n\n`;
}

/** The fields of the body of `GET /v1/config` that differ, except `version`, which the event has anyway. */
export function findChanges(from: string, to: string): FieldChange[] {
  const [before, after] = [from, to].map((body) => JSON.parse(body) as Record<string, unknown>);
  return Object.keys(after!)
    .filter((field) => field !== 'version' && !isJsonEqual(before![field], after![field]))
    .map((field) => ({ field, from: before![field], to: after![field] }));
}
