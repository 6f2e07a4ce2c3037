import { ServerFailure } from '../wire/server-failure.js';

/** Servers whose chat template knows no system message. */
const systemText =
  /(system|developer) (role|message|prompt|instruction)s?( is| are)? not|not support.{0,30}system|roles must alternate|messages\[0\]\.role/i;
/** How servers that answer 500 say that they do not know a parameter. */
const refusalText =
  /unexpected keyword|un(supported|known|recogni[sz]ed)|not (supported|permitted|allowed)|extra (inputs|fields)/i;
/** How servers say that they know a parameter, but do not take its value. */
const valueText =
  /\bvalues?\b|\brange\b|\bbetween\b|at (most|least)|(less|greater|more|lower|higher) than|too (large|small|high|low|big)|max(imum)?\b|min(imum)?\b|exceed|[<>]/i;
const outputLimitText = /max_(completion_|output_|new_)?tokens|(output|completion) tokens/i;
const minOutputTokens = 16;
const noStreamText =
  /\bstream(ing)?\b.{0,60}\bnot (be )?(supported|enabled|available|allowed)|not support(ed)?\b.{0,20}\bstream(ing)?\b|verified to stream/i;
const onlyStreamText =
  /only supports? stream|stream(ing)? mode|requires? stream|stream(ing)?( is)? required/i;
const statuses = [null, 400, 415, 422];

/**
 * The parameter that a server has refused. null: it failed for another reason, or names none of these. A message can name several, for
 * example the accepted ones after the refused one: the first one counts.
 */
export function findRefusedParameter(failure: unknown, names: readonly string[]): string | null {
  if (!(failure instanceof ServerFailure) || !isAboutRequest(failure)) return null;
  const { parameter, text } = failure.error;
  if (names.includes('system') && systemText.test(text)) return 'system';
  const mentioned = Array.from(text.matchAll(/[\w-]+/g), ([word]) => word).filter(
    (word) => word !== 'system',
  );
  const candidates = [...(parameter === null ? [] : [parameter.split(/[.[]/)[0]!]), ...mentioned];
  return candidates.find((word) => names.includes(word)) ?? null;
}

function isAboutRequest({ kind, error: { status, text } }: ServerFailure): boolean {
  if (kind === 'server_error') return refusalText.test(text) || systemText.test(text);
  return kind === 'invalid_request' && statuses.includes(status);
}

/** True if the failure says that a parameter has a value which the server does not take. */
export function isRefusedValue({ error: { codes, message } }: ServerFailure): boolean {
  return !codes.includes('unsupported_parameter') && valueText.test(message);
}

/** The most output tokens that a server takes, if it refuses more and says how many. */
export function findOutputLimit(failure: ServerFailure, maxTokens: number): number | null {
  const { message } = failure.error;
  if (failure.kind !== 'invalid_request' || !outputLimitText.test(message) || !isRefusedValue(failure))
    return null;
  const numbers = Array.from(message.matchAll(/(?<![\w.-])\d{2,8}(?![\w-])/g), ([digits]) => Number(digits));
  const lower = numbers.filter((number) => number >= minOutputTokens && number < maxTokens);
  return lower.length === 0 ? null : Math.max(...lower);
}

/** True if the server does not send this model's answers in pieces, or sends them only so. */
export function isRefusedMode(
  { kind, error: { parameter, message } }: ServerFailure,
  isStreamed: boolean,
): boolean {
  if (kind !== 'invalid_request') return false;
  return isStreamed ? parameter === 'stream' || noStreamText.test(message) : onlyStreamText.test(message);
}
