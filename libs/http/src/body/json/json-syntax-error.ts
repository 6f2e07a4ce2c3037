import { InvalidInputError } from '#kernel';
import { type ParseErrorCode, printParseErrorCode, visit } from 'jsonc-parser';

/** In a longer text the search would hold up other requests. */
const maxSearchedLength = 64 * 1024;

const meanings: Readonly<Record<string, string>> = {
  InvalidSymbol: 'there is text that is not JSON',
  InvalidNumberFormat: 'a number is malformed',
  PropertyNameExpected: 'a name in double quotes is missing',
  ValueExpected: 'a value is missing',
  ColonExpected: 'a colon is missing',
  CommaExpected: 'a comma is missing',
  CloseBraceExpected: 'a closing brace is missing',
  CloseBracketExpected: 'a closing bracket is missing',
  EndOfFileExpected: 'there is text after the end',
  InvalidCommentToken: 'JSON has no comments',
  UnexpectedEndOfComment: 'JSON has no comments',
  UnexpectedEndOfString: 'a string does not end',
  UnexpectedEndOfNumber: 'a number does not end',
  InvalidUnicode: 'an escaped character is malformed',
  InvalidEscapeCharacter: 'an escaped character is malformed',
  InvalidCharacter: 'a string has a control character, which must be escaped',
};

/** The error of a text that `JSON.parse` refuses, with the place of its first mistake. */
export function jsonSyntaxError(text: string): InvalidInputError {
  const mistake = text.length > maxSearchedLength ? undefined : findMistake(text);
  if (!mistake) return invalidJson('The body is not valid JSON.');
  const { error, offset } = mistake;
  const lines = text.slice(0, offset).split('\n');
  const place = `line ${lines.length}, column ${lines.at(-1)!.length + 1}`;
  return invalidJson(`The body is not valid JSON: ${describe(error)} at ${place}.`, offset);
}

/** The error of a JSON text with a member that could change the prototype of objects. */
export function forbiddenMemberError(): InvalidInputError {
  return invalidJson('The body has a member named __proto__, or constructor with prototype; leave it out.');
}

/** Ends the search: a text may have as many mistakes as characters. */
class Mistake extends Error {
  constructor(
    readonly error: ParseErrorCode,
    readonly offset: number,
  ) {
    super();
  }
}

function findMistake(text: string): Mistake | undefined {
  const onError = (error: ParseErrorCode, offset: number): never => {
    throw new Mistake(error, offset);
  };
  try {
    visit(text, { onError }, { disallowComments: true, allowTrailingComma: false });
    return undefined;
  } catch (error) {
    if (error instanceof Mistake) return error;
    throw error;
  }
}

function describe(code: ParseErrorCode): string {
  return meanings[printParseErrorCode(code)] ?? 'there is a mistake';
}

function invalidJson(message: string, offset?: number): InvalidInputError {
  return new InvalidInputError([
    { field: '', rule: 'type', message, ...(offset === undefined ? {} : { offset }) },
  ]);
}
