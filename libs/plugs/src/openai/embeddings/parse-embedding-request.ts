import { checkInput } from '#http';
import { type FieldError, InvalidInputError, isPlainObject } from '#kernel';
import { EmbeddingRequest } from './embedding.request.js';

/** A valid request. */
export interface EmbeddingCall extends Pick<EmbeddingRequest, 'model' | 'dimensions' | 'user'> {
  readonly texts: readonly string[];
  readonly isBase64: boolean;
}

const knownNames = ['model', 'input', 'encoding_format', 'dimensions', 'user'];
const maxTexts = 2_048;
const maxCharacters = 1_000_000;
const field = 'input';

/** @throws InvalidInputError with every error */
export function parseEmbeddingRequest(body: unknown): EmbeddingCall {
  if (!isPlainObject(body))
    throw new InvalidInputError([{ field: '', rule: 'type', message: 'The body must be a JSON object.' }]);
  const known = knownNames.filter((name) => body[name] !== undefined && body[name] !== null);
  const { instance, fieldErrors } = checkInput(
    EmbeddingRequest,
    Object.fromEntries(known.map((name) => [name, body[name]])),
  );
  const { input, encoding_format: format, ...rest } = instance;
  const inputError = input === undefined ? null : findInputError(input);
  const errors = [...fieldErrors, ...(inputError ? [inputError] : [])];
  if (errors.length > 0) throw new InvalidInputError(errors);
  return { ...rest, texts: [input as string | string[]].flat(), isBase64: format === 'base64' };
}

function findInputError(input: unknown): FieldError | null {
  const texts: unknown[] = Array.isArray(input) ? input : [input];
  if (hasTokens(texts)) return tokensError;
  if (!texts.every((text) => typeof text === 'string'))
    return { field, rule: 'type', message: 'input must be a text, or a list of texts.' };
  if (texts.length === 0 || texts.includes(''))
    return { field, rule: 'min', message: 'input must have at least one text, and no text may be empty.' };
  if (texts.length > maxTexts)
    return { field, rule: 'too_many', message: `input must have at most ${maxTexts} texts.`, max: maxTexts };
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  const message = `The texts of input must have at most ${maxCharacters} characters together.`;
  return characters <= maxCharacters
    ? null
    : { field, rule: 'max_length', message, max_length: maxCharacters };
}

function hasTokens([first]: readonly unknown[]): boolean {
  return typeof first === 'number' || Array.isArray(first);
}

const tokensError: FieldError = {
  field,
  rule: 'type',
  message:
    'input must be text: tokens of the tokenizer of another model mean nothing to this embedder. In LangChain for Python, set check_embedding_ctx_length=False.',
};
