import * as fc from 'fast-check';
import { type FailureKind, UpstreamFailure, failureKinds } from '../../upstream/upstream-failure.js';
import { maxAttempts, retryDelayMs } from './retry.js';

const failure = (kind: FailureKind, retryAfterMs: number | null = null): UpstreamFailure =>
  new UpstreamFailure(kind, 'It went wrong', retryAfterMs);
const firstAttempt = { attemptsMade: 1, remainingMs: 30_000, hasFallback: false };

describe('retryDelayMs', () => {
  it.each(failureKinds)('returns a delay only for temporary failures: %s', (kind) => {
    const isTemporary = ['rate_limited', 'server_error', 'connection'].includes(kind);
    expect(retryDelayMs(failure(kind), firstAttempt) !== null).toBe(isTemporary);
  });

  it('returns the delay that the service asks for plus a jittered backoff', () => {
    const waits = Array.from({ length: 20 }, () =>
      retryDelayMs(failure('rate_limited', 1000), firstAttempt)!,
    );
    expect(Math.min(...waits)).toBeGreaterThan(1000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(1200);
    expect(new Set(waits).size).toBeGreaterThan(1);
  });

  it('never returns more than half of the remaining time, or two seconds if there is a fallback', () => {
    const kinds = fc.constantFrom<FailureKind>('rate_limited', 'server_error', 'connection');
    const retryAfter = fc.option(fc.integer({ min: 0, max: 5000 }));
    const state = fc.record({
      calls: fc.integer({ min: 1, max: 3 }),
      leftMs: fc.integer({ min: 0, max: 600_000 }),
      hasFallback: fc.boolean(),
    });
    fc.assert(
      fc.property(kinds, retryAfter, state, (kind, retryAfterMs, { calls, leftMs, hasFallback }) => {
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

  it('returns null if the service asks for more time than remains or retrying never helps', () => {
    expect(retryDelayMs(failure('rate_limited', 20_000), firstAttempt)).toBeNull();
    expect(retryDelayMs(failure('rate_limited', Infinity), firstAttempt)).toBeNull();
    expect(retryDelayMs(failure('rate_limited', 3000), { ...firstAttempt, hasFallback: true })).toBeNull();
  });
});
