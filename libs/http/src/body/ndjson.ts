import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { InvalidInputError, PayloadTooLargeError } from '#kernel';
import { AddRouteConfig } from '../access/route-config.js';
import { JsonShape } from './json-shape.js';

/** The media type of JSON values, one a line. */
export const ndjsonType = 'application/x-ndjson';

interface NdjsonLimits {
  readonly maxBytes: number;
  readonly maxLines: number;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route accepts a body of `application/x-ndjson` within these limits, and no other. */
    readonly ndjson?: NdjsonLimits;
  }
}

/** One line of a body that is not blank. */
export interface NdjsonLine {
  /** Counted from 1, blank lines included. */
  readonly number: number;
  readonly text: string;
}

/**
 * The route accepts a body of JSON values, one a line, and no other body; its `@Body()` is a list of `NdjsonLine`. The lines are not parsed:
 * `parseNdjsonLine` does that.
 *
 * ```ts
 * class NotesController {
 *   @NdjsonBody({ maxBytes: 1024, maxLines: 10 })
 *   add(lines: readonly NdjsonLine[]): number {
 *     return lines.length;
 *   }
 * }
 * ```
 */
export function NdjsonBody(limits: NdjsonLimits): MethodDecorator {
  return AddRouteConfig({ ndjson: limits });
}

/** The value of one line. @throws InvalidInputError for a line that is no JSON, is nested too deeply, or has too many values. */
export function parseNdjsonLine({ number, text }: NdjsonLine): unknown {
  const refusal = new JsonShape().read(Buffer.from(text));
  if (refusal !== null) throw invalidBody(refusal.replace('The body', `Line ${number}`));
  try {
    return JSON.parse(text);
  } catch {
    throw invalidBody(`Line ${number} is not valid JSON.`);
  }
}

/** @throws PayloadTooLargeError for too many bytes. @throws InvalidInputError for too many lines and for bytes that are not UTF-8. */
export async function readNdjson(
  stream: Readable,
  { maxBytes, maxLines }: NdjsonLimits,
): Promise<NdjsonLine[]> {
  const bytes = await collect(stream, maxBytes);
  await nextTurn();
  if (!isUtf8(bytes)) throw invalidBody('The body is not valid UTF-8.');
  const lines = bytes
    .toString('utf8')
    .split('\n')
    .map((text, index) => ({ number: index + 1, text: text.trim() }))
    .filter(({ text }) => text !== '');
  if (lines.length > maxLines)
    throw invalidBody(`The body has ${lines.length} lines; the limit is ${maxLines}.`, 'too_many');
  return lines;
}

function collect(stream: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    const store = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= maxBytes) return void chunks.push(chunk);
      chunks.length = 0;
      stream.off('data', store).resume();
      reject(new PayloadTooLargeError(`The body has more than ${maxBytes} bytes.`));
    };
    stream.on('data', store);
    stream.once('end', () => resolve(Buffer.concat(chunks)));
    stream.once('error', reject);
    stream.once('close', () => {
      if (!stream.readableEnded) reject(invalidBody('The body ended too early.'));
    });
  });
}

function invalidBody(message: string, rule: 'type' | 'too_many' = 'type'): InvalidInputError {
  return new InvalidInputError([{ field: '', rule, message }]);
}
