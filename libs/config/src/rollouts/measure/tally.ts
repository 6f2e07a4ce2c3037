/** One query, as a rollout counts it. */
export interface Observation {
  /** `failed`: no model answered, or the product itself failed. A query that its client left is none. */
  readonly outcome: 'answered' | 'failed';
  readonly isFallback: boolean;
  readonly costUsd: number;
  /** From the question to the end of the answer. */
  readonly ms: number;
}

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
const bounds: readonly number[] = Array.from({ length: 48 }, (_, index) => 5 * 1.25 ** index);

export const emptyTally: Tally = {
  samples: 0,
  errors: 0,
  fallbacks: 0,
  cost_usd: 0,
  latencies: Array.from({ length: bounds.length + 1 }, () => 0),
};

export function tallyOf({ outcome, isFallback, costUsd, ms }: Observation): Tally {
  // None found is -1, which `with` takes for the last.
  const bucket = bounds.findIndex((bound) => ms <= bound);
  return {
    samples: 1,
    errors: outcome === 'failed' ? 1 : 0,
    fallbacks: isFallback ? 1 : 0,
    cost_usd: costUsd,
    latencies: emptyTally.latencies.with(bucket, 1),
  };
}

export function sumOf(one: Tally, other: Tally): Tally {
  return {
    samples: one.samples + other.samples,
    errors: one.errors + other.errors,
    fallbacks: one.fallbacks + other.fallbacks,
    cost_usd: one.cost_usd + other.cost_usd,
    latencies: emptyTally.latencies.map((_, at) => (one.latencies[at] ?? 0) + (other.latencies[at] ?? 0)),
  };
}

/** Where 95 % of the queries were done, to the precision of the buckets; null without queries. */
export function p95Of({ latencies, samples }: Tally): number | null {
  if (samples === 0) return null;
  const rank = Math.ceil(samples * 0.95);
  let below = 0;
  for (const [at, count] of latencies.entries()) {
    if (below + count >= rank) return within(at, (rank - below) / count);
    below += count;
  }
  return bounds.at(-1)!;
}

/** The millisecond at a share of the bucket's way. What is slower than every bound counts as the last one. */
function within(bucket: number, share: number): number {
  const from = bounds[bucket - 1] ?? 0;
  const to = bounds[bucket] ?? from;
  return Math.round((from + share * (to - from)) * 100) / 100;
}
