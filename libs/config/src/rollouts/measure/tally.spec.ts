import fc from 'fast-check';
import { type Observation, emptyTally, p95Of, sumOf, tallyOf } from './tally.js';

const anAnswer = (ms: number): Observation => ({ outcome: 'answered', isFallback: false, costUsd: 0.5, ms });
const together = (observations: readonly Observation[]) =>
  observations.map(tallyOf).reduce(sumOf, emptyTally);

const someObservation: fc.Arbitrary<Observation> = fc.record({
  outcome: fc.constantFrom('answered', 'failed'),
  isFallback: fc.boolean(),
  costUsd: fc.integer({ min: 0, max: 100 }),
  ms: fc.double({ min: 0, max: 1e6, noNaN: true }),
});

describe('a tally', () => {
  it('counts every query once, in whatever order and on whatever replica it was made', () => {
    fc.assert(
      fc.property(fc.array(someObservation), fc.nat(), (observations, cut) => {
        const [one, other] = [observations.slice(cut), observations.slice(0, cut)];
        const all = together(observations);
        expect(sumOf(together(one), together(other))).toEqual(all);
        expect(all.samples).toBe(observations.length);
        expect(all.latencies.reduce((sum, count) => sum + count, 0)).toBe(observations.length);
        expect(all.errors).toBe(observations.filter(({ outcome }) => outcome === 'failed').length);
      }),
    );
  });

  it('knows the time in which 95 % were done, to a quarter', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 10, max: 100_000 }), { minLength: 1 }), (times) => {
        const sorted = times.toSorted((a, b) => a - b);
        const exact = sorted[Math.ceil(times.length * 0.95) - 1]!;
        const found = p95Of(together(times.map(anAnswer)))!;
        expect(found).toBeGreaterThanOrEqual(exact / 1.26);
        expect(found).toBeLessThanOrEqual(exact * 1.26);
      }),
    );
  });

  it('has no such time without queries, and a finite one for those that took for ever', () => {
    expect(p95Of(emptyTally)).toBeNull();
    expect(p95Of(together([anAnswer(1e9)]))).toBeGreaterThan(100_000);
  });
});
