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

/** Bytes of which some were read already. */
interface PeekedBytes {
  readonly seen: readonly Uint8Array[];
  readonly rest: Bytes;
}

/** Reads up to the beginning of the text: the first characters that are not blank. */
export async function peek(rest: Bytes): Promise<PeekedBytes & { readonly start: string }> {
  const decoder = new TextDecoder();
  const seen: Uint8Array[] = [];
  let start = '';
  while (start === '') {
    const step = await rest.next();
    if (step.done) break;
    seen.push(step.value);
    start = decoder.decode(step.value, { stream: true }).trimStart();
  }
  return { start, seen, rest };
}

/** All bytes, those that were read already first. */
export async function* joined({ seen, rest }: PeekedBytes): Bytes {
  try {
    yield* seen;
    yield* rest;
  } finally {
    await rest.return();
  }
}

/** The body as text, without a byte order mark. */
export function readText(response: Body, maxBytes: number): Promise<string> {
  return collectText({ seen: [], rest: readBytes(response, maxBytes) }, maxBytes);
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

/** All bytes as text, up to `maxBytes`. */
export async function collectText({ seen, rest }: PeekedBytes, maxBytes: number): Promise<string> {
  const chunks = [...seen];
  let size = chunks.reduce((sum, { byteLength }) => sum + byteLength, 0);
  for await (const chunk of rest) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLargeFailure(maxBytes);
    chunks.push(chunk);
  }
  if (size > maxBytes) throw tooLargeFailure(maxBytes);
  return new TextDecoder().decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
}

/** The failure for more bytes or characters than Attune reads. */
export function tooLargeFailure(max: number): UpstreamFailure {
  return new UpstreamFailure('malformed_answer', `The answer is longer than ${max} bytes`);
}
