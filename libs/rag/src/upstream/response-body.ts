import type { IncomingResponse } from '#egress';
import { yieldToEventLoop } from '#kernel';
import { UpstreamFailure } from './upstream-failure.js';

type Body = Pick<IncomingResponse, 'body'>;

/** A body that arrives. */
export type Bytes = AsyncGenerator<Uint8Array, void>;

/** After so many bytes at once other requests get their turn. */
const bytesPerTurn = 16_384;

/** The bytes of a body, up to `maxBytes`. Closes the body when the reader stops. */
export async function* readBytes({ body }: Body, maxBytes: number): Bytes {
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLargeFailure(maxBytes);
    yield chunk;
    if (chunk.byteLength >= bytesPerTurn) await yieldToEventLoop();
  }
}

/** The bytes once more, and the beginning of their text: the first characters that are not blank. */
export async function peek(bytes: Bytes): Promise<{ readonly start: string; readonly bytes: Bytes }> {
  const decoder = new TextDecoder();
  const seen: Uint8Array[] = [];
  let start = '';
  while (start === '') {
    const step = await bytes.next();
    if (step.done) break;
    seen.push(step.value);
    start = decoder.decode(step.value, { stream: true }).trimStart();
  }
  return { start, bytes: joined(seen, bytes) };
}

async function* joined(first: Iterable<Uint8Array>, rest: Bytes): Bytes {
  try {
    yield* first;
    yield* rest;
  } finally {
    await rest.return();
  }
}

/** The body as text, without a byte order mark. */
export function readText(response: Body, maxBytes: number): Promise<string> {
  return collectText(readBytes(response, maxBytes), maxBytes);
}

/** The beginning of the body as text. The rest is not read. */
export async function readBeginning(response: Body, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of readBytes(response, Infinity)) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= maxBytes) break;
  }
  return text.slice(0, maxBytes);
}

/** The bytes as text, up to `maxBytes`. */
export async function collectText(bytes: Bytes, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLargeFailure(maxBytes);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** The failure for more bytes or characters than Attune reads. */
export function tooLargeFailure(max: number): UpstreamFailure {
  return new UpstreamFailure('malformed_answer', `The answer is longer than ${max} bytes`);
}
