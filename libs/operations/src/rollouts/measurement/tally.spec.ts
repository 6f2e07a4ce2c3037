import type { RolloutObservation } from '#config';
import fc from 'fast-check';
import { emptyTally, p95LatencyMs, addTallies, toTally } from './tally.js';

const anAnswer = (ms: number): RolloutObservation => ({
  outcome: 'answered',
  isFallback: false,
  costUsd: 0.5,
  durationMs: ms,
});
const sumOf = (observations: readonly RolloutObservation[]) =>
  observations.map(toTally).reduce(addTallies, emptyTally);

const someObservation: fc.Arbitrary<RolloutObservation> = fc.record({
  outcome: fc.constantFrom('answered', 'failed'),
  isFallback: fc.boolean(),
  costUsd: fc.integer({ min: 0, max: 100 }),
  durationMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
});

describe('Tally', () => {
  it('counts every query once, in any order and on any replica', () => {
    fc.assert(
      fc.property(fc.array(someObservation), fc.nat(), (observations, cut) => {
        const [one, other] = [observations.slice(cut), observations.slice(0, cut)];
        const all = sumOf(observations);
        expect(addTallies(sumOf(one), sumOf(other))).toEqual(all);
        expect(all.samples).toBe(observations.length);
        expect(all.latencies.reduce((sum, count) => sum + count, 0)).toBe(observations.length);
        expect(all.errors).toBe(observations.filter(({ outcome }) => outcome === 'failed').length);
      }),
    );
  });

  it('estimates the 95th percentile of the latency with an error of at most 26 %', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 10, max: 100_000 }), { minLength: 1 }), (times) => {
        const sorted = times.toSorted((a, b) => a - b);
        const exact = sorted[Math.ceil(times.length * 0.95) - 1]!;
        const found = p95LatencyMs(sumOf(times.map(anAnswer)))!;
        expect(found).toBeGreaterThanOrEqual(exact / 1.26);
        expect(found).toBeLessThanOrEqual(exact * 1.26);
      }),
    );
  });

  it('has no 95th percentile without queries, and a finite one for very slow queries', () => {
    expect(p95LatencyMs(emptyTally)).toBeNull();
    expect(p95LatencyMs(sumOf([anAnswer(1e9)]))).toBeGreaterThan(100_000);
  });
});
