import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isPlainObject } from '#kernel';

/** What is hashed in one turn of the event loop takes about a millisecond. */
const maxLengthPerTurn = 256 * 1024;

/**
 * The SHA-256 of a value as canonical JSON, and of the bytes in it as they are. A body may have 32 MiB, so it is hashed in several turns,
 * between which other requests run.
 */
export async function digestOf(value: unknown): Promise<string> {
  const hash = createHash('sha256');
  let text = '';
  for (const piece of piecesOf(value)) {
    if (typeof piece === 'string') text += piece;
    if (typeof piece === 'string' && text.length < maxLengthPerTurn) continue;
    hash.update(text);
    text = '';
    if (typeof piece !== 'string') hash.update(piece);
    await nextTurn();
  }
  return hash.update(text).digest('hex');
}

/** Each piece is at most as long as one turn allows. */
function* piecesOf(value: unknown): Generator<string | Uint8Array> {
  if (typeof value === 'string') yield* piecesOfText(value);
  else if (value instanceof Uint8Array) yield* piecesOfBytes(value);
  else if (Array.isArray(value)) yield* piecesOfList(value);
  else if (isPlainObject(value)) yield* piecesOfObject(value);
  else yield JSON.stringify(value ?? null);
}

function* piecesOfText(text: string): Generator<string> {
  yield '"';
  for (let start = 0, end = 0; start < text.length; start = end) {
    end = start + maxLengthPerTurn;
    // Both halves of a surrogate pair are in one piece: JSON writes a lone half in another form.
    if ((text.codePointAt(end - 1) ?? 0) > 0xffff) end += 1;
    yield JSON.stringify(text.slice(start, end)).slice(1, -1);
  }
  yield '"';
}

/** The length shows where the bytes end. */
function* piecesOfBytes(bytes: Uint8Array): Generator<string | Uint8Array> {
  yield `bytes ${bytes.length}:`;
  for (let start = 0; start < bytes.length; start += maxLengthPerTurn)
    yield bytes.subarray(start, start + maxLengthPerTurn);
}

function* piecesOfList(list: readonly unknown[]): Generator<string | Uint8Array> {
  for (const [index, element] of list.entries()) {
    yield index === 0 ? '[' : ',';
    yield* piecesOf(element);
  }
  yield list.length === 0 ? '[]' : ']';
}

function* piecesOfObject(object: Record<string, unknown>): Generator<string | Uint8Array> {
  let separator = '{';
  for (const name of Object.keys(object).toSorted()) {
    yield `${separator}${JSON.stringify(name)}:`;
    yield* piecesOf(object[name]);
    separator = ',';
  }
  yield separator === '{' ? '{}' : '}';
}
