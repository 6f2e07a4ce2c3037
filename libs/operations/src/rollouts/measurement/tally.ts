import type { RolloutObservation } from '#config';

/** What an arm's queries came to. Tallies of several replicas add up. */
export interface Tally {
  readonly samples: number;
  readonly errors: number;
  readonly fallbacks: number;
  readonly cost_usd: number;
  /** Queries by the time they took, one count for each bucket. */
  readonly latencies: readonly number[];
}

/** Upper bounds of the buckets in milliseconds, each a quarter above the one before; a last bucket takes what is slower. */
const bucketUpperBoundsMs: readonly number[] = Array.from({ length: 48 }, (_, index) => 5 * 1.25 ** index);

export const emptyTally: Tally = {
  samples: 0,
  errors: 0,
  fallbacks: 0,
  cost_usd: 0,
  latencies: Array.from({ length: bucketUpperBoundsMs.length + 1 }, () => 0),
};

export function toTally({ outcome, isFallback, costUsd, durationMs: ms }: RolloutObservation): Tally {
  // None found is -1, which `with` takes for the last.
  const bucket = bucketUpperBoundsMs.findIndex((bound) => ms <= bound);
  return {
    samples: 1,
    errors: outcome === 'failed' ? 1 : 0,
    fallbacks: isFallback ? 1 : 0,
    cost_usd: costUsd,
    latencies: emptyTally.latencies.with(bucket, 1),
  };
}

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

/** Where 95 % of the queries were done, to the precision of the buckets; null without queries. */
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

/** The millisecond at a share of the bucket's way. What is slower than every bound counts as the last one. */
function interpolate(bucket: number, share: number): number {
  const from = bucketUpperBoundsMs[bucket - 1] ?? 0;
  const to = bucketUpperBoundsMs[bucket] ?? from;
  return Math.round((from + share * (to - from)) * 100) / 100;
}
