import { applyDecorators } from '@nestjs/common';
import { AcceptKeyHeader, type Problem, ProblemForm, type ToErrorAnswer } from '#http';
import type { FailedAttempt, FieldError, FieldErrorRule, ProblemSlug } from '#kernel';
import { OpenAiErrorResponse } from './openai-error.response.js';

/** `type` and `code` of an error. */
type ErrorKind = readonly [type: string, code: string];

const invalidRequest = 'invalid_request_error';

/** Problems that OpenAI's clients know by other words. For all others, the code is the slug. */
const kinds: Readonly<Partial<Record<ProblemSlug, ErrorKind>>> = {
  unauthenticated: [invalidRequest, 'invalid_api_key'],
  forbidden: [invalidRequest, 'insufficient_permissions'],
  'rate-limited': ['rate_limit_error', 'rate_limit_exceeded'],
  'quota-exceeded': ['insufficient_quota', 'insufficient_quota'],
  'budget-exceeded': ['insufficient_quota', 'billing_hard_limit_reached'],
};

const codesByRule: Readonly<Partial<Record<FieldErrorRule, string>>> = {
  required: 'missing_required_parameter',
  type: 'invalid_type',
  unknown_field: 'unsupported_parameter',
};

/** Failures of a model that the same request meets again. Its own retries and the fallback are over by then. */
const lastingFailures = new Set([
  'authentication',
  'unknown_model',
  'content_filter',
  'context_overflow',
  'unsupported_parameter',
  'invalid_request',
]);

/** OpenAI's clients do not wait longer than this: they send the request again after a moment of their own choice. */
const maxRetryAfterS = 60;

/** Errors in OpenAI's form. `x-should-retry: false` keeps its clients from sending a request again that cannot succeed. */
export const toOpenAiError: ToErrorAnswer = (problem) => {
  const { type: docs, title: _title, status: _status, detail, request_id, ...members } = problem.body;
  return {
    contentType: 'application/json',
    body: { error: { message: detail, ...describe(problem), docs, request_id, ...members } },
    headers: { ...rateLimitHeadersOf(problem), ...(!isWorthRetry(problem) && { 'x-should-retry': 'false' }) },
  };
};

/** For the routes of OpenAI's protocol: its form of errors, and its other header for the key. */
export const OpenAiRoute = (): MethodDecorator =>
  applyDecorators(ProblemForm(toOpenAiError, OpenAiErrorResponse), AcceptKeyHeader('api-key'));

function describe({ slug, status, body }: Problem): { type: string; param: string | null; code: string } {
  if (slug === 'invalid-input') return describeFieldError(body['errors'] as readonly FieldError[]);
  if (slug === 'not-found' && 'model' in body)
    return { type: invalidRequest, param: 'model', code: 'model_not_found' };
  const [type, code] = kinds[slug] ?? [
    status >= 500 ? 'server_error' : invalidRequest,
    slug.replaceAll('-', '_'),
  ];
  return { type, param: null, code };
}

function describeFieldError([first]: readonly FieldError[]): ReturnType<typeof describe> {
  const { field = '', rule } = first ?? {};
  const isTooLong = rule === 'max_length' && field.startsWith('messages');
  const code = isTooLong ? 'context_length_exceeded' : ((rule && codesByRule[rule]) ?? 'invalid_value');
  return { type: invalidRequest, param: field === '' ? null : field, code };
}

/** A limit on queries by OpenAI's names. Limits on what else is busy, such as bodies on their way, have none. */
function rateLimitHeadersOf({ slug, body: { limit, remaining }, headers }: Problem): Record<string, string> {
  if (slug !== 'quota-exceeded' && headers['ratelimit'] === undefined) return {};
  return {
    'x-ratelimit-limit-requests': String(limit),
    'x-ratelimit-remaining-requests': String(remaining),
    'x-ratelimit-reset-requests': `${headers['retry-after']}s`,
  };
}

function isWorthRetry({ slug, body, headers }: Problem): boolean {
  if (slug === 'quota-exceeded' || Number(headers['retry-after'] ?? 0) >= maxRetryAfterS) return false;
  const attempts = (body['attempts'] ?? []) as readonly FailedAttempt[];
  const isLasting = attempts.length > 0 && attempts.every(({ outcome }) => lastingFailures.has(outcome));
  return slug !== 'upstream-failed' || !isLasting;
}
