import { type EventSourceMessage, createParser } from 'eventsource-parser';

/** A configuration has some 10 kB, an answer with its sources some 100 kB. */
const maxBufferSize = 2 ** 22;

/** What a stream of server-sent events consists of. */
export type StreamPart =
  | { readonly part: 'event'; readonly event: EventSourceMessage }
  /** A comment line, which keeps the connection alive. */
  | { readonly part: 'comment' }
  /** The service says how long to wait before the next connection. */
  | { readonly part: 'retry'; readonly ms: number };

/**
 * Reads a stream of server-sent events until it ends. To leave the loop closes the connection.
 *
 * @throws Error when the connection breaks, or an event is larger than 4 MiB.
 */
export async function* readStream(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<StreamPart, void, undefined> {
  const parts: StreamPart[] = [];
  const parser = createParser({
    maxBufferSize,
    onEvent: (event) => void parts.push({ part: 'event', event }),
    onComment: () => void parts.push({ part: 'comment' }),
    onRetry: (ms) => void parts.push({ part: 'retry', ms }),
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') throw error;
    },
  });
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    yield* parts.splice(0);
  }
}
