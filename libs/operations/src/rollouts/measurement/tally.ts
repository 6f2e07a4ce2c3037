import type { RolloutObservation } from '#config';

/** The measurements of an arm's queries. Tallies of several replicas can be added. */
export interface Tally {
  readonly samples: number;
  readonly errors: number;
  readonly fallbacks: number;
  readonly cost_usd: number;
  /** Number of queries in each latency bucket. */
  readonly latencies: readonly number[];
}

/** Upper bounds of the buckets in milliseconds, each 25 % above the previous one. One more bucket takes slower queries. */
const bucketUpperBoundsMs: readonly number[] = Array.from({ length: 48 }, (_, index) => 5 * 1.25 ** index);

/** The tally of no queries. */
export const emptyTally: Tally = {
  samples: 0,
  errors: 0,
  fallbacks: 0,
  cost_usd: 0,
  latencies: Array.from({ length: bucketUpperBoundsMs.length + 1 }, () => 0),
};

/** The tally of one query. */
export function toTally({ outcome, isFallback, costUsd, durationMs: ms }: RolloutObservation): Tally {
  // findIndex returns -1 for a slower query, and `with` counts -1 from the end: the last bucket.
  const bucket = bucketUpperBoundsMs.findIndex((bound) => ms <= bound);
  return {
    samples: 1,
    errors: outcome === 'failed' ? 1 : 0,
    fallbacks: isFallback ? 1 : 0,
    cost_usd: costUsd,
    latencies: emptyTally.latencies.with(bucket, 1),
  };
}

/** The sum of two tallies. */
export function addTallies(left: Tally, right: Tally): Tally {
  return {
    samples: left.samples + right.samples,
    errors: left.errors + right.errors,
    fallbacks: left.fallbacks + right.fallbacks,
    cost_usd: left.cost_usd + right.cost_usd,
    latencies: emptyTally.latencies.map(
      (_, index) => (left.latencies[index] ?? 0) + (right.latencies[index] ?? 0),
    ),
  };
}

/** The 95th percentile of the latency in milliseconds, with the precision of the buckets; null without queries. */
export function p95LatencyMs({ latencies, samples }: Tally): number | null {
  if (samples === 0) return null;
  const rank = Math.ceil(samples * 0.95);
  let below = 0;
  for (const [bucket, count] of latencies.entries()) {
    if (below + count >= rank) return interpolate(bucket, (rank - below) / count);
    below += count;
  }
  return bucketUpperBoundsMs.at(-1)!;
}

/** The latency at this share of the bucket, in milliseconds. The last bucket counts as its lower bound. */
function interpolate(bucket: number, share: number): number {
  const from = bucketUpperBoundsMs[bucket - 1] ?? 0;
  const to = bucketUpperBoundsMs[bucket] ?? from;
  return Math.round((from + share * (to - from)) * 100) / 100;
}
