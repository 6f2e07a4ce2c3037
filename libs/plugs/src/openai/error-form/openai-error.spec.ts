import { toProblem } from '#http';
import {
  BudgetExceededError,
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
  QuotaExceededError,
  RateLimitedError,
  TenantSuspendedError,
  UnauthenticatedError,
  UnavailableError,
  UpstreamError,
} from '#kernel';
import { toOpenAiError } from './openai-error.js';

const reset = { limit: 10, remaining: 0, resets_at: '2026-11-30T00:00:00.000Z', retry_after_s: 60 };
const spending = { budget_usd: 5, spent_usd: 5, reserved_usd: 0, resets_at: '2026-12-01T00:00:00.000Z' };
const failed = (...outcomes: string[]) =>
  new UpstreamError(
    'failed',
    'No model answered.',
    outcomes.map((outcome) => ({ model: 'gpt-4', outcome, ms: 1 })),
  );
const invalid = (field: string, rule: 'required' | 'max_length' | 'unknown_field') =>
  new InvalidInputError([{ field, rule, message: `${field} is wrong.` }]);

function answerOf(error: unknown) {
  const { body, headers } = toOpenAiError(toProblem(error, 'r1'));
  return {
    ...(body as { error: Record<string, unknown> }).error,
    headers: { ...headers } as Record<string, string>,
  };
}

describe('toOpenAiError', () => {
  it.each([
    [new UnauthenticatedError('Who?'), 'invalid_request_error', 'invalid_api_key'],
    [new ForbiddenError('No.'), 'invalid_request_error', 'insufficient_permissions'],
    [new TenantSuspendedError(), 'invalid_request_error', 'tenant_suspended'],
    [new RateLimitedError('Later.', reset), 'rate_limit_error', 'rate_limit_exceeded'],
    [new QuotaExceededError('No.', reset), 'insufficient_quota', 'insufficient_quota'],
    [new BudgetExceededError('No.', spending), 'insufficient_quota', 'billing_hard_limit_reached'],
    [new UnavailableError('Later.', 2), 'server_error', 'unavailable'],
    [failed('timeout'), 'server_error', 'upstream_failed'],
    [new Error('hush'), 'server_error', 'internal'],
  ])('toOpenAiError answers %s with the type and the code that clients know', (error, type, code) => {
    expect(answerOf(error)).toMatchObject({ type, code, param: null, request_id: 'r1' });
    expect(JSON.stringify(answerOf(error))).not.toContain('hush');
  });

  it.each([
    [invalid('model', 'required'), 'model', 'missing_required_parameter'],
    [invalid('tools', 'unknown_field'), 'tools', 'unsupported_parameter'],
    [invalid('messages[2].content', 'max_length'), 'messages[2].content', 'context_length_exceeded'],
    [invalid('user', 'max_length'), 'user', 'invalid_value'],
    [invalid('', 'required'), null, 'missing_required_parameter'],
    [new NotFoundError('No such model.', { model: 'gpt-9' }), 'model', 'model_not_found'],
    [new NotFoundError('There is nothing here.'), null, 'not_found'],
  ])('names the parameter of %s', (error, param, code) => {
    expect(answerOf(error)).toMatchObject({ type: 'invalid_request_error', param, code });
  });

  it.each([
    [new QuotaExceededError('No.', reset), true],
    [failed('authentication', 'unknown_model'), true],
    [failed('authentication', 'timeout'), false],
    [failed(), false],
    [new RateLimitedError('Later.', { ...reset, retry_after_s: 59 }), false],
    [new RateLimitedError('Later.', reset), true],
    [new UnavailableError('Later.', 2), false],
  ])('tells clients of %s not to send the request again: %s', (error, isUseless) => {
    expect(answerOf(error).headers['x-should-retry']).toBe(isUseless ? 'false' : undefined);
  });

  it.each([
    [new RateLimitedError('Later.', reset, { name: 'queries', window_s: 60 }), true],
    [new QuotaExceededError('No.', reset), true],
    [new RateLimitedError('Many bodies are on their way.', reset), false],
    [new BudgetExceededError('No.', spending), false],
  ])('names the limit of %s in the headers of OpenAI if it counts queries: %s', (error, isCounted) => {
    const { 'x-should-retry': _, ...headers } = answerOf(error).headers;
    const expected = {
      'x-ratelimit-limit-requests': '10',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '60s',
    };
    expect(headers).toEqual(isCounted ? expected : {});
  });

  it('keeps the members of the problem and the page that explains it', () => {
    expect(answerOf(new QuotaExceededError('No.', reset))).toMatchObject({
      message: 'No.',
      docs: '/problems/quota-exceeded',
      limit: 10,
      resets_at: reset.resets_at,
    });
  });
});
