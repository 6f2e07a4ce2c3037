import { isPlainObject, tryParseJson } from '#kernel';
import type { Change } from './change-bus.js';

/** Most changes in one message. A bulk update in a single huge message would block Redis while it copies it. */
const maxChangesPerMessage = 500;

export interface ChangeMessage {
  /** Id of the sending member. */
  readonly from: string;
  /** When it was sent, right after the commit, in Unix milliseconds. Older releases leave it out. */
  readonly at: number | null;
  readonly changes: readonly Change[];
}

/** Splits the changes into as many messages as necessary. */
export function encodeChanges({ from, at, changes }: ChangeMessage): string[] {
  const messages: string[] = [];
  for (let start = 0; start < changes.length; start += maxChangesPerMessage) {
    messages.push(JSON.stringify({ from, at, changes: changes.slice(start, start + maxChangesPerMessage) }));
  }
  return messages;
}

/** Null if the text is not one of our messages. Unknown members are ignored: a newer release may send them. */
export function decodeChanges(text: string): ChangeMessage | null {
  const message = tryParseJson(text);
  if (!isPlainObject(message)) return null;
  const { from, at, changes } = message;
  return typeof from === 'string' && Array.isArray(changes) && changes.every(isChange)
    ? { from, at: Number.isFinite(at) ? Number(at) : null, changes: changes.map(pickKnownMembers) }
    : null;
}

function pickKnownMembers({ kind, key, version, gone }: Change): Change {
  return { kind, key, version, ...(gone === true && { gone }) };
}

function isChange(value: unknown): value is Change {
  if (!isPlainObject(value)) return false;
  const { kind, key, version } = value;
  return (
    typeof kind === 'string' &&
    typeof key === 'string' &&
    Number.isSafeInteger(version) &&
    Number(version) > 0
  );
}
