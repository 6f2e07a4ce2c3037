import { type FieldError, isPlainObject } from '#kernel';
import { type EarlierMessage, type EarlierTurns, toReadableText, toTurns } from './turns.js';

/** A message of the conversation, as text. */
interface Message {
  readonly role: string;
  readonly text: string;
  readonly index: number;
  /** Places of parts that are no text: `content[1]`. */
  readonly otherParts: readonly string[];
}

/** What the messages of a request mean. */
export interface Conversation {
  readonly question: string;
  /** The place of the question in the request: `messages[3].content`. */
  readonly questionField: string;
  /** The messages before the question. */
  readonly history: EarlierTurns['history'];
  /** The texts of system messages, in their order; undefined without any. */
  readonly instructions: string | undefined;
  /** What was not used: pictures, the messages of tools, and turns that are too old or too long. */
  readonly ignored: readonly string[];
  readonly errors: readonly FieldError[];
}

const roles = ['system', 'developer', 'user', 'assistant', 'tool', 'function'];
const maxMessages = 2_000;
const maxInstructions = 8_000;

/** The last message of the user is the question; system messages are instructions. */
export function readConversation(messages: unknown): Conversation {
  const listError = findListError(messages);
  if (listError !== null) return { ...nothing, errors: [listError] };
  const list = messages as readonly unknown[];
  const errors = list.flatMap(findMessageErrors);
  if (errors.length > 0) return { ...nothing, errors };
  return interpret(list.map(toMessage));
}

const nothing = {
  question: '',
  questionField: 'messages',
  history: [],
  instructions: undefined,
  ignored: [],
  errors: [],
};

function findListError(messages: unknown): FieldError | null {
  const field = 'messages';
  if (messages === undefined) return { field, rule: 'required', message: 'messages is required.' };
  if (!Array.isArray(messages)) return { field, rule: 'type', message: 'messages must be a list.' };
  const message = `messages must have at most ${maxMessages} entries; leave out the oldest.`;
  return messages.length > maxMessages ? { field, rule: 'too_many', message, max: maxMessages } : null;
}

function findMessageErrors(message: unknown, index: number): FieldError[] {
  const field = `messages[${index}]`;
  if (!isPlainObject(message)) return [{ field, rule: 'type', message: `${field} must be an object.` }];
  const { role, content } = message;
  const isKnownRole = roles.includes(role as string);
  const isContent =
    content === undefined || content === null || typeof content === 'string' || isParts(content);
  return [
    ...(isKnownRole ? [] : [roleError(`${field}.role`, role)]),
    ...(isContent ? [] : [contentError(`${field}.content`)]),
  ];
}

function roleError(field: string, value: unknown): FieldError {
  return {
    field,
    rule: 'enum',
    message: `${field} must be one of ${roles.join(', ')}.`,
    value,
    allowed: roles,
  };
}

function contentError(field: string): FieldError {
  return { field, rule: 'type', message: `${field} must be a text, or a list of parts.` };
}

function isParts(content: unknown): content is Record<string, unknown>[] {
  return Array.isArray(content) && content.every(isPlainObject);
}

function toMessage(message: unknown, index: number): Message {
  const { role, content } = message as { role: string; content?: unknown };
  if (!isParts(content)) return { role, index, text: (content ?? '') as string, otherParts: [] };
  const otherParts = content.flatMap((part, place) => (isText(part) ? [] : [`content[${place}]`]));
  const text = content.filter(isText).map((part) => part['text'] as string);
  return { role, index, text: text.join('\n'), otherParts };
}

function isText({ type, text }: Record<string, unknown>): boolean {
  return type === 'text' && typeof text === 'string';
}

function interpret(messages: readonly Message[]): Conversation {
  const question = messages.findLast(({ role }) => role === 'user');
  if (question === undefined) return { ...nothing, errors: [noQuestionError] };
  const field = `messages[${question.index}]`;
  const instructions = messages.filter(({ role }) => isInstruction(role)).map(({ text }) => text.trim());
  const turns = toTurns(messages.filter((message) => isTurn(message, question)));
  const text = toReadableText(instructions.filter((each) => each !== '').join('\n\n'));
  return {
    question: question.text,
    questionField: `${field}.content`,
    instructions: text === '' ? undefined : text,
    history: turns.history,
    ignored: [...messages.flatMap((message) => ignoredParts(message, question)), ...turns.ignored],
    errors: [
      ...question.otherParts.map((place) => partError(`${field}.${place}`)),
      ...(text.length > maxInstructions ? [tooLongError] : []),
    ],
  };
}

/** True for what a person or a model has said before the question. */
function isTurn(message: Message, question: Message): message is Message & EarlierMessage {
  const { role, index } = message;
  return (role === 'user' || role === 'assistant') && index < question.index;
}

function isInstruction(role: string): boolean {
  return role === 'system' || role === 'developer';
}

function ignoredParts(message: Message, question: Message): string[] {
  const { role, index, otherParts } = message;
  const name = `messages[${index}]`;
  if (index === question.index) return [];
  if (!isInstruction(role) && !isTurn(message, question)) return [name];
  return otherParts.map((place) => `${name}.${place}`);
}

const noQuestionError: FieldError = {
  field: 'messages',
  rule: 'required',
  message: 'messages has no message with the role user; the last one is the question.',
};

const tooLongError: FieldError = {
  field: 'messages',
  rule: 'max_length',
  message: `The system messages must have at most ${maxInstructions} characters together.`,
  max_length: maxInstructions,
};

function partError(field: string): FieldError {
  return { field, rule: 'type', message: `${field} is not a text part; only text is read.` };
}
