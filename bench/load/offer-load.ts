import { setTimeout as pause } from 'node:timers/promises';

export interface OpenLoopOptions {
  /** Mean arrivals a second. */
  readonly perSecond: number;
  /** Of the window that counts. */
  readonly seconds: number;
  readonly interrupted: AbortSignal;
}

/** One arrival in the window. */
export interface Arrival {
  /** From when it was due to the answer, or to giving it up. */
  ms: number;
  /** How much later than due the generator sent it. */
  lateMs: number;
  /** How many waited when it came. */
  waiting: number;
  /** null: answered as asked. */
  error: string | null;
}

/** What asks: null when answered as asked, else what came instead. It never rejects. */
export type SendQuery = () => Promise<string | null>;

/** Told when the window begins and when it ends. */
export type OnWindowEdge = (edge: 'begin' | 'end') => void;

const warmUpMs = 1_500;
/** More are not sent: the generator would measure itself. */
const maxWaiting = 4_000;

/**
 * Sends queries when they are due, whether or not earlier ones were answered (an open loop): a Poisson process. What comes in the first
 * 1.5 s does not count. Resolves with what came in the window, in its order, once all of that is answered.
 *
 * @throws AbortError when interrupted.
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

/** Everything that is under way. */
class InFlightQueries {
  private waiting = 0;

  constructor(private readonly sendQuery: SendQuery) {}

  async send(dueAt: number): Promise<Arrival> {
    const { waiting } = this;
    const lateMs = performance.now() - dueAt;
    if (waiting >= maxWaiting)
      return { ms: Infinity, lateMs, waiting, error: `not sent, as ${maxWaiting} waited` };
    this.waiting += 1;
    const error = await this.sendQuery();
    this.waiting -= 1;
    return { ms: performance.now() - dueAt, lateMs, waiting, error };
  }
}

/** A timer is up to a millisecond late; that counts as the product's time. */
async function waitUntil(at: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const ms = at - performance.now();
  if (ms > 0) await pause(ms, undefined, { signal });
}
