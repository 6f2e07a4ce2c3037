import { type Bytes, tooLargeFailure } from '../../upstream/response-body.js';

/** An event of a stream. `name` is empty if the server named none. */
export interface ServerSentEvent {
  readonly name: string;
  readonly data: string;
}

const lineEnd = /\r\n|\n|\r/;

/**
 * The events of a stream, with any of the three line ends, in the order in which they came. Comments are left out. An event that the
 * end of the stream cuts off counts as whole.
 */
export async function* readServerSentEvents(
  bytes: Bytes,
  maxLineLength: number,
): AsyncGenerator<ServerSentEvent, void> {
  const pending = new PendingEvent();
  for await (const line of readLines(bytes, maxLineLength)) {
    const event = pending.add(line);
    if (event !== null) yield event;
  }
  const last = pending.take();
  if (last !== null && last.data !== '') yield last;
}

/** The lines of an event whose end has not come yet. */
class PendingEvent {
  private name = '';
  private data: string[] = [];

  /** Returns the event that ends before, or with, this line. */
  add(line: string): ServerSentEvent | null {
    if (line === '') return this.take();
    const { field, value } = parseLine(line);
    if (field === 'event') this.name = value;
    if (field !== 'data') return null;
    // Some servers leave out the empty line between two events.
    const before = this.isWhole && isStart(value) ? this.take() : null;
    this.data.push(value);
    return before;
  }

  take(): ServerSentEvent | null {
    const { name, data } = this;
    this.name = '';
    this.data = [];
    return data.length === 0 && name === '' ? null : { name, data: data.join('\n') };
  }

  private get isWhole(): boolean {
    const [only = ''] = this.data;
    return this.data.length === 1 && only.startsWith('{') && only.endsWith('}');
  }
}

async function* readLines(stream: Bytes, maxLineLength: number): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of stream) {
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

function isStart(data: string): boolean {
  return data.startsWith('{') || data === '[DONE]';
}

function parseLine(line: string): { readonly field: string; readonly value: string } {
  const colon = line.indexOf(':');
  if (colon === -1) return { field: line, value: '' };
  return { field: line.slice(0, colon), value: line.slice(colon + 1).replace(/^ /, '') };
}
