import { performance } from 'node:perf_hooks';

/** Milliseconds since a `performance.now()`, to the hundredth. */
export function millisecondsSince(startedAt: number): number {
  return Math.round((performance.now() - startedAt) * 100) / 100;
}
