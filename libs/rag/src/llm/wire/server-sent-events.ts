import type { IncomingResponse } from '#egress';
import { readBytes, tooLargeFailure } from '../../upstream/response-body.js';

/** An event of a stream. `name` is empty if the server named none. */
export interface ServerSentEvent {
  readonly name: string;
  readonly data: string;
}

const lineEnd = /\r\n|\n|\r/;

/** The limits of a stream, in bytes, and of one line, in characters. */
export interface StreamLimits {
  readonly maxBytes: number;
  readonly maxLineLength: number;
}

/**
 * The events of a stream, with any of the three line ends, in the order in which they came. Comments are left out. An event that the
 * end of the stream cuts off counts as whole.
 */
export async function* readServerSentEvents(
  response: Pick<IncomingResponse, 'body'>,
  limits: StreamLimits,
): AsyncGenerator<ServerSentEvent, void> {
  let name = '';
  let data: string[] = [];
  for await (const line of readLines(response, limits)) {
    const { field, value } = parseLine(line);
    if (field === 'event') name = value;
    if (field === 'data') data.push(value);
    if (line !== '') continue;
    if (data.length > 0 || name !== '') yield { name, data: data.join('\n') };
    name = '';
    data = [];
  }
  if (data.length > 0) yield { name, data: data.join('\n') };
}

async function* readLines(
  response: Pick<IncomingResponse, 'body'>,
  { maxBytes, maxLineLength }: StreamLimits,
): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of readBytes(response, maxBytes)) {
    const text = decoder.decode(bytes, { stream: true });
    const endsInLine = !/[\r\n]/.test(text) && !rest.endsWith('\r');
    rest += text;
    if (rest.length > maxLineLength && endsInLine) throw tooLargeFailure(maxLineLength);
    if (endsInLine) continue;
    // The next bytes may begin with the second half of a \r\n.
    const isHalfLineEnd = rest.endsWith('\r');
    const lines = (isHalfLineEnd ? rest.slice(0, -1) : rest).split(lineEnd);
    rest = lines.pop()! + (isHalfLineEnd ? '\r' : '');
    yield* lines;
  }
  yield* `${rest}${decoder.decode()}`.split(lineEnd);
}

function parseLine(line: string): { readonly field: string; readonly value: string } {
  const colon = line.indexOf(':');
  if (colon === -1) return { field: line, value: '' };
  return { field: line.slice(0, colon), value: line.slice(colon + 1).replace(/^ /, '') };
}
