import { RateLimitedError } from '#kernel';
import { toProblem } from '../problem/problem.js';
import { rateLimitHeaders } from './rate-limit-headers.js';

describe('rateLimitHeaders', () => {
  it.each([
    [3599, '"changes";r=9;t=3599'],
    [null, '"changes";r=9'],
  ])('rateLimitHeaders with a reset after %s s is %s', (reset_s, expected) => {
    expect(rateLimitHeaders({ name: 'changes', limit: 10, remaining: 9, reset_s, window_s: 3600 })).toEqual({
      ratelimit: expected,
      'ratelimit-policy': '"changes";q=10;w=3600',
    });
  });

  it('a problem of a named limit has the headers, and the name is no member of it', () => {
    const reset = { limit: 10, remaining: 0, resets_at: '2026-11-24T00:00:00.000Z', retry_after_s: 40 };
    const error = new RateLimitedError('Too many.', reset, { name: 'tests', window_s: 3600 });
    const { headers, body } = toProblem(error, 'r1');
    expect(headers).toEqual({
      'retry-after': '40',
      ratelimit: '"tests";r=0;t=40',
      'ratelimit-policy': '"tests";q=10;w=3600',
    });
    expect(Object.keys(body).toSorted()).toEqual(
      ['type', 'title', 'status', 'detail', 'request_id', 'limit', 'remaining', 'resets_at'].toSorted(),
    );
  });
});
