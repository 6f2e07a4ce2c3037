import { type QueryInput, maxTurnLength, maxTurns } from '#rag';

/** A message before the question, with its place in the request. */
export interface EarlierMessage {
  readonly role: 'user' | 'assistant';
  readonly text: string;
  readonly index: number;
}

/** The turns of a conversation, and the places of what is too old or too long for them. */
export interface EarlierTurns {
  readonly history: NonNullable<QueryInput['history']>;
  readonly ignored: readonly string[];
}

const unreadable = /[^\P{Cc}\t\n\r]/gu;

/** The last turns before the question. A message without text, such as the call of a tool, is none. */
export function toTurns(messages: readonly EarlierMessage[]): EarlierTurns {
  const recent = messages.filter(({ text }) => text.trim() !== '').slice(-maxTurns);
  return {
    history: recent.map(({ role, text }) => ({ role, content: toContent(text) })),
    ignored: [
      ...messages.filter((message) => !recent.includes(message)).map(({ index }) => `messages[${index}]`),
      ...recent.filter(({ text }) => isTooLong(text)).map(({ index }) => `messages[${index}].content`),
    ],
  };
}

function isTooLong(text: string): boolean {
  return text.length > maxTurnLength && beginningOf(text).length < text.length;
}

function toContent(text: string): string {
  return toReadableText(beginningOf(text));
}

/** The text with a space for each control character and � for each half of a pair: clients send whatever a model or a page has written. */
export function toReadableText(text: string): string {
  return text.toWellFormed().replaceAll(unreadable, ' ');
}

/** In code points, as the limits of all texts. */
function beginningOf(text: string): string {
  if (text.length <= maxTurnLength) return text;
  return Array.from(text.slice(0, 2 * maxTurnLength))
    .slice(0, maxTurnLength)
    .join('');
}
