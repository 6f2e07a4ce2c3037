import * as fc from 'fast-check';
import { type FailureKind, UpstreamFailure, failureKinds } from '../upstream-failure.js';
import { maxAttempts, retryDelayMs } from './retry.js';

const failure = (kind: FailureKind, retryAfterMs: number | null = null): UpstreamFailure =>
  new UpstreamFailure(kind, 'It went wrong', retryAfterMs);
const firstAttempt = { attemptsMade: 1, remainingMs: 30_000, hasFallback: false };

describe('the wait before another call', () => {
  it.each(failureKinds)('is there only for what may pass: %s', (kind) => {
    const mayPass = ['rate_limited', 'server_error', 'connection'].includes(kind);
    expect(retryDelayMs(failure(kind), firstAttempt) !== null).toBe(mayPass);
  });

  it('is what the service asked for and a little more, of never the same length', () => {
    const waits = Array.from({ length: 20 }, () =>
      retryDelayMs(failure('rate_limited', 1000), firstAttempt)!,
    );
    expect(Math.min(...waits)).toBeGreaterThan(1000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(1200);
    expect(new Set(waits).size).toBeGreaterThan(1);
  });

  it('never takes more than half of the time that is left, nor two seconds where a fallback stands by', () => {
    const kinds = fc.constantFrom<FailureKind>('rate_limited', 'server_error', 'connection');
    const after = fc.option(fc.integer({ min: 0, max: 5000 }));
    const course = fc.record({
      calls: fc.integer({ min: 1, max: 3 }),
      leftMs: fc.integer({ min: 0, max: 600_000 }),
      hasFallback: fc.boolean(),
    });
    fc.assert(
      fc.property(kinds, after, course, (kind, retryAfterMs, { calls, leftMs, hasFallback }) => {
        const waitMs = retryDelayMs(failure(kind, retryAfterMs), {
          attemptsMade: calls,
          remainingMs: leftMs,
          hasFallback,
        });
        fc.pre(waitMs !== null);
        expect(waitMs).toBeLessThanOrEqual(Math.min(leftMs / 2, hasFallback ? 2000 : Infinity));
        expect(waitMs).toBeGreaterThanOrEqual(retryAfterMs ?? 0);
        expect(calls).toBeLessThan(hasFallback ? maxAttempts.beforeFallback : maxAttempts.last);
      }),
    );
  });

  it('is none for a service that asks for more than there is, or says that it never helps', () => {
    expect(retryDelayMs(failure('rate_limited', 20_000), firstAttempt)).toBeNull();
    expect(retryDelayMs(failure('rate_limited', Infinity), firstAttempt)).toBeNull();
    expect(retryDelayMs(failure('rate_limited', 3000), { ...firstAttempt, hasFallback: true })).toBeNull();
  });
});
