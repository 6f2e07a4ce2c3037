import { setTimeout as pause } from 'node:timers/promises';

export interface OpenLoopOptions {
  /** Mean arrivals per second. */
  readonly perSecond: number;
  /** Length of the measured window. */
  readonly seconds: number;
  readonly interrupted: AbortSignal;
}

/** One arrival in the window. */
export interface Arrival {
  /** From the due time to the answer, or until the client gave up. */
  ms: number;
  /** How late the generator sent it. */
  lateMs: number;
  /** Queries waiting for an answer when it arrived. */
  waiting: number;
  /** Null if answered correctly. */
  error: string | null;
}

/** Sends one query. Returns null if it was answered correctly, else the error. Never rejects. */
export type SendQuery = () => Promise<string | null>;

/** Called when the measured window begins and ends. */
export type OnWindowEdge = (edge: 'begin' | 'end') => void;

const warmUpMs = 1_500;
/** Further queries are not sent: the generator would measure itself. */
const maxWaiting = 4_000;

/**
 * Sends queries when they are due, whether or not earlier ones were answered (an open loop, a Poisson process). The first
 * 1.5 s do not count. Resolves with the arrivals of the measured window in their order, once all are answered.
 *
 * @throws AbortError if interrupted.
 */
export async function offerLoad(
  sendQuery: SendQuery,
  { perSecond, seconds, interrupted }: OpenLoopOptions,
  onWindowEdge: OnWindowEdge,
): Promise<Arrival[]> {
  const inFlight = new InFlightQueries(sendQuery);
  const arrivals: Promise<Arrival>[] = [];
  const windowAt = performance.now() + warmUpMs;
  const endAt = windowAt + seconds * 1_000;
  let hasStarted = false;
  for (let dueAt = performance.now(); dueAt < endAt; dueAt += nextIntervalMs(perSecond)) {
    await waitUntil(dueAt, interrupted);
    if (!hasStarted && dueAt >= windowAt) onWindowEdge('begin');
    hasStarted ||= dueAt >= windowAt;
    const arrival = inFlight.send(dueAt);
    if (hasStarted) arrivals.push(arrival);
  }
  await waitUntil(endAt, interrupted);
  onWindowEdge('end');
  return Promise.all(arrivals);
}

/** Milliseconds from one arrival to the next. */
function nextIntervalMs(perSecond: number): number {
  return (-Math.log(1 - Math.random()) * 1_000) / perSecond;
}

class InFlightQueries {
  private waiting = 0;

  constructor(private readonly sendQuery: SendQuery) {}

  async send(dueAt: number): Promise<Arrival> {
    const { waiting } = this;
    const lateMs = performance.now() - dueAt;
    if (waiting >= maxWaiting)
      return { ms: Infinity, lateMs, waiting, error: `not sent: ${maxWaiting} queries were waiting` };
    this.waiting += 1;
    const error = await this.sendQuery();
    this.waiting -= 1;
    return { ms: performance.now() - dueAt, lateMs, waiting, error };
  }
}

/** A timer is up to a millisecond late; that counts as time of the product. */
async function waitUntil(at: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const ms = at - performance.now();
  if (ms > 0) await pause(ms, undefined, { signal });
}
