import type { Clock } from '#kernel';

const minuteMs = 60_000;
const windowMinutes = 60;

/** Counts by key over the last hour, in steps of a minute. Older counts are dropped. */
export class HourlyCounter {
  /** Minute since the epoch → key → count, oldest first. */
  private readonly countsByMinute = new Map<number, Map<string, number>>();

  constructor(private readonly clock: Clock) {}

  add(key: string): void {
    const minute = this.dropExpired();
    const counts = this.countsByMinute.get(minute) ?? new Map<string, number>();
    this.countsByMinute.set(minute, counts.set(key, (counts.get(key) ?? 0) + 1));
  }

  /** At most `maxKeys` keys with a count of at least `minCount`, highest first; equal counts by name. */
  highest(maxKeys: number, minCount: number): [key: string, count: number][] {
    const frequent = [...this.counts()].filter(([, count]) => count >= minCount);
    return frequent.toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, maxKeys);
  }

  /** The count of each key within the last hour. */
  counts(): ReadonlyMap<string, number> {
    this.dropExpired();
    const sums = new Map<string, number>();
    for (const counts of this.countsByMinute.values())
      for (const [key, count] of counts) sums.set(key, (sums.get(key) ?? 0) + count);
    return sums;
  }

  /** Drops counts older than an hour. Returns the current minute. */
  private dropExpired(): number {
    const minute = Math.floor(this.clock.now() / minuteMs);
    for (const past of this.countsByMinute.keys())
      if (past <= minute - windowMinutes) this.countsByMinute.delete(past);
    return minute;
  }
}
