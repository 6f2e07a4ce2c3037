import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { InvalidInputError, PayloadTooLargeError } from '#kernel';
import type { JsonShape } from './json/json-shape.js';

/** A text up to this size is decoded and parsed at once; a larger one in turns of its own, between which other requests run. */
const maxBytesPerTurn = 256 * 1024;
let lastTurn: Promise<void> = Promise.resolve();

/**
 * Reads the text of a body. It stops storing bytes as soon as the body has too many of them, or a wrong shape; the rest is discarded as
 * it arrives.
 *
 * @throws PayloadTooLargeError for more than `maxBytes`. @throws InvalidInputError for a wrong shape and for bytes that are not UTF-8.
 */
export async function readText(stream: Readable, maxBytes: number, shape?: JsonShape): Promise<string> {
  const { chunks, length } = await collect(stream, maxBytes, shape);
  const isLarge = length > maxBytesPerTurn;
  if (isLarge) await ownTurn();
  const bytes = Buffer.concat(chunks, length);
  if (!isUtf8(bytes)) throw invalidBody('The body is not valid UTF-8.');
  const text = bytes.toString('utf8');
  if (isLarge) await ownTurn();
  return text;
}

/** Resolves in a turn that no other large body has: all that wait for the next turn would run in it one after the other. */
function ownTurn(): Promise<void> {
  lastTurn = lastTurn.then(() => nextTurn());
  return lastTurn;
}

interface CollectedBytes {
  readonly chunks: readonly Buffer[];
  readonly length: number;
}

function collect(stream: Readable, maxBytes: number, shape?: JsonShape): Promise<CollectedBytes> {
  let chunks: Buffer[] = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    const refuse = (error: Error): void => {
      chunks = [];
      stream.off('data', store).resume();
      reject(error);
    };
    const store = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > maxBytes)
        return refuse(new PayloadTooLargeError(`The body has more than ${maxBytes} bytes.`));
      const refusal = shape?.read(chunk);
      if (refusal) return refuse(invalidBody(refusal));
      chunks.push(chunk);
    };
    stream.on('data', store);
    stream.once('end', () => resolve({ chunks, length }));
    stream.once('error', refuse);
    stream.once('close', () => {
      if (!stream.readableEnded) reject(invalidBody('The body ended too early.'));
    });
  });
}

function invalidBody(message: string): InvalidInputError {
  return new InvalidInputError([{ field: '', rule: 'type', message }]);
}
