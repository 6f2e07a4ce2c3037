import { UpstreamFailure } from '../../upstream/upstream-failure.js';
import { type Json, toList, toRecord, toText } from '../wire/json.js';
import type { AnswerCollector } from './answer-collector.js';

const maxParts = 10_000;
const reasoningTypes = new Set([
  'thinking',
  'redacted_thinking',
  'reasoning',
  'reasoning_content',
  'thought',
]);

/**
 * Adds the content of a message: a text, a list of parts, one part, or nothing. Parts that are neither text nor reasoning are left out.
 *
 * @throws UpstreamFailure `malformed_answer` for anything else
 */
export function addContent(content: unknown, collector: AnswerCollector): void {
  if (content === null || content === undefined) return;
  if (typeof content === 'string') return collector.addText(content);
  if (typeof content !== 'object')
    throw new UpstreamFailure('malformed_answer', 'The text of the answer is no text');
  const parts = Array.isArray(content) ? (content as unknown[]) : [content];
  if (parts.length > maxParts) throw new UpstreamFailure('malformed_answer', 'The answer has too many parts');
  for (const part of parts) addPart(part, collector);
}

function addPart(part: unknown, collector: AnswerCollector): void {
  if (typeof part === 'string') return collector.addText(part);
  const block = toRecord(part);
  const isReasoning = reasoningTypes.has(toText(block['type'])) || block['thought'] === true;
  if (isReasoning) return collector.addReasoning(reasoningOf(block));
  const { text } = block;
  collector.addText(toText(text) || toText(toRecord(text)['value']) || toText(block['refusal']));
}

/** Reasoning in a part is a text, or a list of parts of its own. */
function reasoningOf(block: Json): string {
  const reasoning = block['thinking'] ?? block['reasoning'] ?? block['text'];
  return (
    toText(reasoning) ||
    toList(reasoning)
      .map((part) => toText(toRecord(part)['text']))
      .join('')
  );
}
