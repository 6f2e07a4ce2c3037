import { checkInput } from '#http';
import { type FieldError, InvalidInputError, isPlainObject } from '#kernel';
import { type QueryInput, QueryRequest } from '#rag';
import { configuredModelId, taskModelId } from '../models/model-ids.js';
import { type Conversation, readConversation } from './messages.js';
import { sortParameters } from './parameters.js';
import { isTaskPrompt } from './task-prompts.js';

/** A request of OpenAI's protocol, as a query. */
export interface ChatCall extends Pick<QueryInput, 'question' | 'history' | 'variant'> {
  /** The client's own id of the person who asks. */
  readonly user: string | undefined;
  readonly isStreamed: boolean;
  readonly includesUsage: boolean;
  /** Names of what the request has and the answer does not depend on. */
  readonly ignored: readonly string[];
}

type Body = Readonly<Record<string, unknown>>;

/** A task contains a conversation, so it is longer than a question. */
const maxTaskLength = 64_000;
const maxModelLength = 200;

/** @throws InvalidInputError with every error */
export function parseChatRequest(body: unknown): ChatCall {
  if (!isPlainObject(body))
    throw new InvalidInputError([{ field: '', rule: 'type', message: 'The body must be a JSON object.' }]);
  const conversation = readConversation(body['messages']);
  const parameters = sortParameters(body);
  const isTask = body['model'] === taskModelId || isTaskPrompt(conversation.question);
  const errors = [
    ...findTypeErrors(body),
    ...conversation.errors,
    ...(conversation.errors.length > 0 ? [] : findQuestionErrors(body, conversation, isTask)),
    ...parameters.errors,
  ];
  if (errors.length > 0) throw new InvalidInputError(errors);
  return {
    question: conversation.question,
    history: conversation.history,
    variant: toVariant(body['model'] as string, conversation, isTask),
    user: (body['user'] ?? undefined) as string | undefined,
    isStreamed: body['stream'] === true,
    includesUsage: includesUsage(body),
    ignored: [...parameters.ignored, ...conversation.ignored],
  };
}

function toVariant(
  model: string,
  { instructions }: Conversation,
  isTask: boolean,
): NonNullable<QueryInput['variant']> {
  const isConfigured = model === configuredModelId || model === taskModelId;
  return {
    ...(!isConfigured && { model }),
    ...(instructions !== undefined && { instructions }),
    ...(isTask && { isTask }),
  };
}

function includesUsage({ stream_options: options }: Body): boolean {
  return isPlainObject(options) && options['include_usage'] === true;
}

function findTypeErrors({ model, stream, stream_options: options }: Body): FieldError[] {
  const isFlag = stream === undefined || stream === null || typeof stream === 'boolean';
  const areOptions = options === undefined || options === null || isPlainObject(options);
  return [
    ...findModelErrors(model),
    ...(isFlag ? [] : [typeError('stream', 'true or false.')]),
    ...(areOptions ? [] : [typeError('stream_options', 'an object.')]),
  ];
}

function findModelErrors(model: unknown): FieldError[] {
  const hint = `Send "${configuredModelId}" for the configured model; GET /v1/models lists the others.`;
  if (model === undefined || model === null)
    return [{ field: 'model', rule: 'required', message: `model is required. ${hint}` }];
  const isName = typeof model === 'string' && model.length > 0 && model.length <= maxModelLength;
  return isName ? [] : [typeError('model', `the id of a model. ${hint}`)];
}

function typeError(field: string, expected: string): FieldError {
  return { field, rule: 'type', message: `${field} must be ${expected}` };
}

/** The rules of `POST /v1/query`; only a task may be longer. */
function findQuestionErrors(
  { user }: Body,
  { question, questionField }: Conversation,
  isTask: boolean,
): FieldError[] {
  const request = { question, ...(user !== undefined && user !== null && { user_id: user }) };
  const { fieldErrors } = checkInput(QueryRequest, request);
  const errors = fieldErrors.filter(
    ({ field, rule }) => !(isTask && field === 'question' && rule === 'max_length'),
  );
  const names: Readonly<Record<string, string>> = { question: questionField, user_id: 'user' };
  return [
    ...errors.map((error) => renameField(error, names)),
    ...(isTask && question.length > maxTaskLength ? [taskLengthError(questionField)] : []),
  ];
}

function renameField(error: FieldError, names: Readonly<Record<string, string>>): FieldError {
  const field = names[error.field] ?? error.field;
  return { ...error, field, message: error.message.replace(error.field, field) };
}

function taskLengthError(field: string): FieldError {
  const message = `${field} must have at most ${maxTaskLength} characters.`;
  return { field, rule: 'max_length', message, max_length: maxTaskLength };
}
