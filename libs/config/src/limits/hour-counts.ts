import type { Clock } from '#kernel';

const minuteMs = 60_000;
const minutes = 60;

/** Counts by key over the last hour, to the minute. Holds what an hour brings and nothing longer. */
export class HourCounts {
  /** Minute since the epoch → key → count, oldest first. */
  private readonly byMinute = new Map<number, Map<string, number>>();

  constructor(private readonly clock: Clock) {}

  add(key: string): void {
    const minute = this.forgetOld();
    const counts = this.byMinute.get(minute) ?? new Map<string, number>();
    this.byMinute.set(minute, counts.set(key, (counts.get(key) ?? 0) + 1));
  }

  /** The `most` keys with the highest counts of at least `least`, highest first; equal ones by name. */
  highest(most: number, least: number): [key: string, count: number][] {
    this.forgetOld();
    const sums = new Map<string, number>();
    for (const counts of this.byMinute.values())
      for (const [key, count] of counts) sums.set(key, (sums.get(key) ?? 0) + count);
    const frequent = [...sums].filter(([, count]) => count >= least);
    return frequent.toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, most);
  }

  /** The minute that it is now. */
  private forgetOld(): number {
    const minute = Math.floor(this.clock.now() / minuteMs);
    for (const past of this.byMinute.keys()) if (past <= minute - minutes) this.byMinute.delete(past);
    return minute;
  }
}
