import type { Readable } from 'node:stream';
import { InvalidInputError } from '#kernel';
import { AddRouteConfig } from '../access/route-config.js';
import { JsonShape } from './json/json-shape.js';
import { readText } from './read-text.js';

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
  return splitLines(await readText(stream, maxBytes), maxLines);
}

/** Line by line: a body can be millions of line breaks, and a list of all of them would take a gigabyte. */
function splitLines(body: string, maxLines: number): NdjsonLine[] {
  const lines: NdjsonLine[] = [];
  for (let start = 0, number = 1; start < body.length; number += 1) {
    const end = indexOfLineEnd(body, start);
    const text = body.slice(start, end).trim();
    if (text !== '') lines.push({ number, text });
    if (lines.length > maxLines) throw invalidBody(`The body has more than ${maxLines} lines.`, 'too_many');
    start = end + 1;
  }
  return lines;
}

function indexOfLineEnd(body: string, start: number): number {
  const end = body.indexOf('\n', start);
  return end === -1 ? body.length : end;
}

function invalidBody(message: string, rule: 'type' | 'too_many' = 'type'): InvalidInputError {
  return new InvalidInputError([{ field: '', rule, message }]);
}
