import { setTimeout as pause } from 'node:timers/promises';

export interface Offer {
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
export type Ask = () => Promise<string | null>;

/** Told when the window begins and when it ends. */
export type Mark = (edge: 'begin' | 'end') => void;

const warmUpMs = 1_500;
/** More are not sent: the generator would measure itself. */
const mostWaiting = 4_000;

/**
 * Sends queries when they are due, whether or not earlier ones were answered (an open loop): a Poisson process. What comes in the first
 * 1.5 s does not count. Resolves with what came in the window, in its order, once all of that is answered.
 *
 * @throws AbortError when interrupted.
 */
export async function offer(
  ask: Ask,
  { perSecond, seconds, interrupted }: Offer,
  mark: Mark,
): Promise<Arrival[]> {
  const line = new Line(ask);
  const counted: Promise<Arrival>[] = [];
  const windowAt = performance.now() + warmUpMs;
  const endAt = windowAt + seconds * 1_000;
  let hasBegun = false;
  for (let dueAt = performance.now(); dueAt < endAt; dueAt += between(perSecond)) {
    await until(dueAt, interrupted);
    if (!hasBegun && dueAt >= windowAt) mark('begin');
    hasBegun ||= dueAt >= windowAt;
    const arrival = line.send(dueAt);
    if (hasBegun) counted.push(arrival);
  }
  await until(endAt, interrupted);
  mark('end');
  return Promise.all(counted);
}

/** Milliseconds from one arrival to the next. */
function between(perSecond: number): number {
  return (-Math.log(1 - Math.random()) * 1_000) / perSecond;
}

/** Everything that is under way. */
class Line {
  private waiting = 0;

  constructor(private readonly ask: Ask) {}

  async send(dueAt: number): Promise<Arrival> {
    const { waiting } = this;
    const lateMs = performance.now() - dueAt;
    if (waiting >= mostWaiting)
      return { ms: Infinity, lateMs, waiting, error: `not sent, as ${mostWaiting} waited` };
    this.waiting += 1;
    const error = await this.ask();
    this.waiting -= 1;
    return { ms: performance.now() - dueAt, lateMs, waiting, error };
  }
}

/** A timer is up to a millisecond late; that counts as the product's time. */
async function until(at: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const ms = at - performance.now();
  if (ms > 0) await pause(ms, undefined, { signal });
}
