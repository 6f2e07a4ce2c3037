import { type Json, parseJson, toList, toRecord, toText } from './json.js';

const maxTextLength = 4_000;

/** What a server says about its error, in whatever form. */
export interface ServerError {
  /** null: the error came inside an answer with status 200. */
  readonly status: number | null;
  /** Every code and type in it, in lower case. */
  readonly codes: readonly string[];
  /** The parameter that it is about, if the server names one. */
  readonly parameter: string | null;
  readonly message: string;
  /** The beginning of the whole error, as it came. */
  readonly text: string;
}

/** Reads OpenAI's and Anthropic's form, those of FastAPI, Google and Azure, and plain text. */
export function parseServerError(status: number | null, text: string): ServerError {
  const body = parseJson(text);
  const outer = toRecord(Array.isArray(body) ? body[0] : body);
  const error = typeof outer['error'] === 'object' ? toRecord(outer['error']) : outer;
  const codes = codesOf(error, toRecord(error['innererror']), toRecord(error['metadata']), outer);
  return {
    status: status ?? statusAmong(codes),
    codes,
    parameter: parameterOf(outer, error),
    message: messageOf(outer, error) || text,
    text: text.slice(0, maxTextLength),
  };
}

/** True if the body of an answer with status 200, or an event of a stream, is an error. */
export function isError(value: Json): boolean {
  const hasCode =
    value['code'] !== undefined && value['code'] !== null && typeof value['message'] === 'string';
  return (
    isFilled(value['error']) || value['object'] === 'error' || (hasCode && value['choices'] === undefined)
  );
}

/** Some gateways send the member with every answer: empty, or with a code for success. */
function isFilled(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return Boolean(error);
  const code = toRecord(error)['code'];
  return Object.keys(error).length > 0 && !(code === 0 || code === '0' || code === 200 || code === '200');
}

function codesOf(...records: readonly Json[]): string[] {
  return records
    .flatMap((record) => [record['code'], record['type'], record['status'], record['reason']])
    .filter((code) => typeof code === 'string' || typeof code === 'number')
    .map((code) => String(code).toLowerCase());
}

/** Some gateways put the status of their own upstream into the code. */
function statusAmong(codes: readonly string[]): number | null {
  const status = codes.find((code) => /^[45]\d\d$/.test(code));
  return status === undefined ? null : Number(status);
}

function parameterOf(outer: Json, error: Json): string | null {
  if (typeof error['param'] === 'string') return error['param'];
  const details = toList(outer['detail'] ?? toRecord(outer['message'])['detail']);
  const location = toList(toRecord(details[0])['loc']).filter((step) => typeof step === 'string');
  return location.find((step) => step !== 'body') ?? null;
}

function messageOf(outer: Json, error: Json): string {
  const message = error['message'] ?? outer['error'] ?? outer['detail'] ?? outer['message'];
  return typeof message === 'object' ? JSON.stringify(message) : toText(message);
}
