import type { IncomingResponse } from '#egress';
import { UpstreamFailure } from './upstream-failure.js';

/** The bytes of a body, up to `maxBytes`. Closes the body when the reader stops. */
export async function* readBytes(
  { body }: Pick<IncomingResponse, 'body'>,
  maxBytes: number,
): AsyncGenerator<Uint8Array, void> {
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLargeFailure(maxBytes);
    yield chunk;
  }
}

/** The body as text, without a byte order mark. */
export async function readText(response: Pick<IncomingResponse, 'body'>, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of readBytes(response, maxBytes)) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

/** The failure for more bytes or characters than Attune reads. */
export function tooLargeFailure(max: number): UpstreamFailure {
  return new UpstreamFailure('malformed_answer', `The answer is longer than ${max} bytes`);
}
