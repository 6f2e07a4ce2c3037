import type { FailureKind } from '../../upstream/upstream-failure.js';
import { accountProblemText } from '../../upstream/account-problem.js';
import type { ServerError } from './server-error.js';

interface Signs {
  readonly kind: FailureKind;
  /** The statuses with which servers report it; null is an error inside an answer. */
  readonly statuses: readonly (number | null)[];
  readonly codes: readonly string[];
  readonly text: RegExp;
}

/** Failures that servers report with statuses of other failures, so that only their code or their words tell. */
const signs: readonly Signs[] = [
  {
    kind: 'context_overflow',
    statuses: [null, 400, 413, 422, 500],
    codes: [
      'context_length_exceeded',
      'context_window_exceeded',
      'exceed_context_size_error',
      'model_context_window_exceeded',
      'prompt_too_long',
      'request_too_large',
      'string_above_max_length',
      'tokens_limit_reached',
    ],
    text: /context[ _-]?(length|window|size|limit)|when context the overflows|max(imum)?[ _](context|prompt|input|model)[ _-](len(gth)?|tokens?)|(prompt|input|message|request)s?( is| are|:)? (too|longer than) (long|large|the)|input token count|too many (input |prompt )?tokens|\b(tokens?|prompt|input)\b.{0,40} (too (large|long|many)|exceeds?)\b|reduce the (length|size|prompt)|range of input length|max_new_tokens` must be/i,
  },
  {
    kind: 'content_filter',
    statuses: [null, 400, 403, 422, 451],
    codes: [
      'content_filter',
      'content_filtered',
      'contentfilter',
      'content_policy_violation',
      'data_inspection_failed',
      'datainspectionfailed',
      'guardrail_intervened',
      'invalid_prompt',
      'moderation_blocked',
      'prohibited_content',
      'responsibleaipolicyviolation',
      'safety',
      'sensitive',
    ],
    text: /content[ _-]?(filter|management policy|policy|moderation)|responsible ?ai ?policy|(prompt|input|request|content|output|response)s? (was|were|has been|is|got) (flagged|blocked|filtered)|flagged (as|by|for)|content exists risk|inappropriate content|data inspection|safety (system|filter|polic|setting)|usage polic|violates? our|requires moderation/i,
  },
  {
    kind: 'unknown_model',
    statuses: [null, 400, 403, 422],
    codes: [
      'deploymentnotfound',
      'invalid_model',
      'model_decommissioned',
      'model_not_available',
      'model_not_found',
      'model_not_loaded',
    ],
    text: /\bmodels?\b.{0,100}\b(not (found|exist|loaded)|decommissioned|been retired|no longer (supported|available))\b|\b((not a valid|invalid|unknown) model|unable to access model|no models? loaded)\b/i,
  },
  {
    kind: 'authentication',
    statuses: [null, 400],
    codes: ['api_key_invalid', 'invalid_api_key'],
    text: /(invalid|incorrect|missing) api[ _-]?key|api[ _-]?key (is )?(not valid|invalid|missing)/i,
  },
  {
    kind: 'authentication',
    statuses: [null, 400],
    codes: ['arrearage', 'billing_error', 'insufficient_balance', 'insufficient_credits'],
    text: accountProblemText,
  },
  {
    kind: 'rate_limited',
    statuses: [400, 403],
    codes: ['rate_limit_error', 'rate_limit_exceeded', 'too_many_requests'],
    text: /rate limit (is |was )?(exceeded|reached)|too many requests|concurrent (request|connection)s? limit/i,
  },
];

const kindByStatus: Readonly<Record<number, FailureKind>> = {
  400: 'invalid_request',
  401: 'authentication',
  // Anthropic's billing_error: a problem with the account of the key.
  402: 'authentication',
  403: 'authentication',
  404: 'unknown_model',
  405: 'unknown_model',
  408: 'timeout',
  410: 'unknown_model',
  // A proxy limits bodies; a shorter prompt can pass.
  413: 'context_overflow',
  415: 'invalid_request',
  422: 'invalid_request',
  429: 'rate_limited',
};

/** An error inside an answer has no status, only codes. */
const kindByCode: Readonly<Record<string, FailureKind>> = {
  authentication_error: 'authentication',
  billing_error: 'authentication',
  permission_error: 'authentication',
  model_not_found: 'unknown_model',
  not_found_error: 'unknown_model',
  timeout_error: 'timeout',
  rate_limit_error: 'rate_limited',
  rate_limit_exceeded: 'rate_limited',
  insufficient_quota: 'rate_limited',
  invalid_request_error: 'invalid_request',
};

/** Which failure an error is. */
export function failureKindOf(error: ServerError): FailureKind {
  const { status, codes } = error;
  const sign = signs.find(({ codes: own, statuses }) => statuses.includes(status) && overlap(own, codes));
  const kind =
    sign?.kind ?? signs.find((one) => one.statuses.includes(status) && one.text.test(error.message))?.kind;
  if (kind !== undefined) return kind;
  return status === null ? kindOfCodes(codes) : kindOfStatus(status);
}

function overlap(some: readonly string[], others: readonly string[]): boolean {
  return some.some((one) => others.includes(one));
}

function kindOfCodes(codes: readonly string[]): FailureKind {
  return codes.map((code) => kindByCode[code]).find((kind) => kind !== undefined) ?? 'server_error';
}

/** Other statuses, such as 409 while a model is loading, say nothing about the question: another model can answer it. */
function kindOfStatus(status: number): FailureKind {
  return kindByStatus[status] ?? 'server_error';
}
