/** Every time that the client waits, in milliseconds. */
export interface Timings {
  /** How long the service may take to answer, or to open a stream. */
  readonly requestTimeoutMs: number;
  /** How long an open stream may be silent. The service sends a comment every 15 s. */
  readonly silenceTimeoutMs: number;
  /** When the stream has brought nothing this long after the start, the configuration is loaded by a request too. */
  readonly slowStartMs: number;
  /** Between two polls while no stream can be had. */
  readonly pollMs: number;
  /** While polling, the stream is tried again after this time. */
  readonly streamRetryMs: number;
  /** Three failures of the stream within this time end in polling. */
  readonly failureWindowMs: number;
  /** The shortest and the longest wait after a failure. */
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
  /** After 401 or 403 the service is asked again this much later. */
  readonly fatalRetryMs: number;
  /** A live service with a lower version than the client's is believed after this time. */
  readonly resetAfterMs: number;
}

export const defaultTimings: Timings = {
  requestTimeoutMs: 10_000,
  silenceTimeoutMs: 45_000,
  slowStartMs: 1_000,
  pollMs: 5_000,
  streamRetryMs: 60_000,
  failureWindowMs: 60_000,
  minBackoffMs: 500,
  maxBackoffMs: 30_000,
  fatalRetryMs: 300_000,
  resetAfterMs: 30_000,
};

/** Full jitter: anything between the shortest wait and one that doubles with each failure, so that clients spread out. */
export function backoffMs(attempt: number, timings: Timings, random: () => number): number {
  const { minBackoffMs, maxBackoffMs } = timings;
  const longest = Math.min(maxBackoffMs, minBackoffMs * 2 ** Math.min(attempt, 20));
  return Math.round(minBackoffMs + random() * Math.max(0, longest - minBackoffMs));
}
