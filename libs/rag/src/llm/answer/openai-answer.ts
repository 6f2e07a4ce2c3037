import { UpstreamFailure } from '../../upstream/upstream-failure.js';
import { type Json, toList, toRecord, toText } from '../wire/json.js';
import type { AnswerCollector } from './answer-collector.js';
import { addContent } from './message-content.js';
import { parseOpenAiCounts } from './token-counts.js';

/**
 * Reads a whole chat completion.
 *
 * @throws UpstreamFailure `malformed_answer` if it is none
 */
export function readChatCompletion(completion: Json, collector: AnswerCollector): void {
  const choice = toList(completion['choices'])[0];
  if (typeof choice !== 'object' || choice === null)
    throw new UpstreamFailure('malformed_answer', 'The answer has no choices');
  readChunk(completion, collector);
  collector.markEnd();
}

/** Reads a chunk of a stream. Chunks of other kinds, pings for example, have nothing to read. */
export function readChunk(chunk: Json, collector: AnswerCollector): void {
  const choice = choiceOf(chunk, collector);
  const usage = [chunk['usage'], choice['usage'], toRecord(chunk['x_groq'])['usage']].find(Boolean);
  collector.addCounts(parseOpenAiCounts(toRecord(usage)));
  // Some servers repeat the text so far in `message` and have the new text in `delta`.
  const message = toRecord(choice['delta'] ?? choice['message']);
  const reasoning = reasoningOf(message);
  if (reasoning !== '') collector.addReasoning(reasoning);
  const content = message['content'] ?? choice['text'];
  // Some servers send the whole message once more at the end.
  const isRepetition = !choice['delta'] && content === collector.textSoFar;
  if (!isRepetition) addContent(content, collector);
  collector.addText(toText(message['refusal']));
  collector.finish(choice['finish_reason']);
}

/** The choice that the answer follows, if the chunk has something of it. */
function choiceOf(chunk: Json, collector: AnswerCollector): Json {
  const choices = toList(chunk['choices']).map(toRecord);
  const inOrder = choices.toSorted((one, other) => indexOf(one) - indexOf(other));
  return inOrder.find((choice) => collector.isOwnChoice(indexOf(choice))) ?? {};
}

function indexOf({ index }: Json): number {
  return typeof index === 'number' ? index : 0;
}

/** Servers have different names for it; some send it under two of them. */
function reasoningOf(message: Json): string {
  const text = ['reasoning_content', 'reasoning', 'thinking'].map((name) => toText(message[name]));
  const details = toList(message['reasoning_details']).map((detail) => {
    const { text: whole, summary } = toRecord(detail);
    return toText(whole) || toText(summary);
  });
  return text.find((one) => one !== '') ?? details.join('');
}
