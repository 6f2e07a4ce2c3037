import { type ServerSentEvent, endOfChunks } from '#http';
import type { QueryAnswer, QueryEvent } from '#rag';
import { type AnswerHead, toFacts, toUsage } from './chat-answer.js';
import { type UrlOf, findCitations } from './citations.js';

/** What the chunks of one answer depend on, apart from the answer itself. */
export interface ChunkOptions {
  readonly head: AnswerHead;
  /** One more chunk with the tokens. */
  readonly includesUsage: boolean;
  readonly ignored: readonly string[];
  readonly urlOf: UrlOf;
}

type Chunk = ServerSentEvent | typeof endOfChunks;

/**
 * An answer as chunks: the role, the text in pieces, the citations, the reason why it ended, the tokens if they were asked for, and the end.
 * An answer that breaks off throws before its last chunks, so that no client takes it for complete.
 */
export async function* toChunks(
  events: AsyncGenerator<QueryEvent, void>,
  options: ChunkOptions,
): AsyncGenerator<Chunk, void> {
  let write = new ChunkWriter(options, '');
  let text = '';
  for await (const event of events) {
    if (event.event === 'sources') {
      write = new ChunkWriter(options, event.modelUsed);
      yield write.delta({ role: 'assistant', content: '' });
    } else if (event.event === 'token') {
      text += event.data.text;
      yield write.delta({ content: event.data.text });
    } else yield* lastChunks({ response: event.data, chunks: event.chunks }, { text, write, options });
  }
}

interface AnswerEnd {
  readonly text: string;
  readonly write: ChunkWriter;
  readonly options: ChunkOptions;
}

function* lastChunks(
  { response, chunks }: QueryAnswer,
  { text, write, options: { includesUsage, ignored, urlOf } }: AnswerEnd,
): Generator<Chunk, void> {
  const { finish_reason: reason } = response;
  const annotations = findCitations(text, chunks, urlOf);
  if (annotations.length > 0) yield write.delta({ annotations });
  const attune = toFacts(response, ignored);
  yield write.chunk([{ index: 0, delta: {}, finish_reason: reason }], { attune });
  if (includesUsage) yield write.chunk([], { usage: toUsage(response), attune });
  yield endOfChunks;
}

/** Writes the chunks of one answer, which have the same head. */
class ChunkWriter {
  private readonly shared: object;

  constructor({ head, includesUsage }: ChunkOptions, model: string) {
    const { id, created } = head;
    this.shared = {
      id,
      object: 'chat.completion.chunk',
      created,
      model,
      ...(includesUsage && { usage: null }),
    };
  }

  delta(delta: object): ServerSentEvent {
    return this.chunk([{ index: 0, delta, finish_reason: null }]);
  }

  chunk(choices: readonly object[], further: object = {}): ServerSentEvent {
    return { data: { ...this.shared, choices, ...further } };
  }
}
