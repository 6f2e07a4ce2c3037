import { UpstreamFailure } from '../../upstream/upstream-failure.js';
import { type Json, toRecord, toText } from '../wire/json.js';
import type { AnswerCollector } from './answer-collector.js';
import { addContent } from './message-content.js';
import { noTokenCounts, parseAnthropicCounts } from './token-counts.js';

/**
 * Reads a whole message.
 *
 * @throws UpstreamFailure `malformed_answer` if it is none
 */
export function readMessage(message: Json, collector: AnswerCollector): void {
  if (!('content' in message) && message['stop_reason'] === undefined)
    throw new UpstreamFailure('malformed_answer', 'The answer has no content');
  if (
    message['content'] !== null &&
    typeof message['content'] === 'object' &&
    !Array.isArray(message['content'])
  )
    throw new UpstreamFailure('malformed_answer', 'The content of the answer is no list');
  addContent(message['content'], collector);
  collector.addCounts(parseAnthropicCounts(toRecord(message['usage'])));
  collector.finish(message['stop_reason']);
  collector.markEnd();
}

const readersByType: Readonly<Record<string, (event: Json, collector: AnswerCollector) => void>> = {
  message_start: (event, collector) => {
    const { completionTokens: _unfinished, ...counts } = parseAnthropicCounts(
      toRecord(toRecord(event['message'])['usage']),
    );
    collector.addCounts({ ...noTokenCounts, ...counts });
  },
  content_block_start: (event, collector) => addContent(event['content_block'], collector),
  content_block_delta: (event, collector) => readDelta(toRecord(event['delta']), collector),
  message_delta: (event, collector) => {
    collector.addCounts(parseAnthropicCounts(toRecord(event['usage'])));
    collector.finish(toRecord(event['delta'])['stop_reason']);
  },
  message_stop: (_event, collector) => collector.markEnd(),
};

/** Reads an event of a stream. Events of other types, pings for example, have nothing to read. */
export function readEvent(event: Json, collector: AnswerCollector): void {
  readersByType[toText(event['type'])]?.(event, collector);
}

function readDelta(delta: Json, collector: AnswerCollector): void {
  const type = toText(delta['type']);
  if (type === 'text_delta') addContent(delta['text'], collector);
  if (type === 'thinking_delta' || type === 'signature_delta')
    collector.addReasoning(toText(delta['thinking']));
}
