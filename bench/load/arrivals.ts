import { setTimeout as pause } from 'node:timers/promises';
import { Corpus } from '../queries/corpus.js';

export interface Offer {
  /** Mean arrivals a second. */
  readonly perSecond: number;
  /** Of the window that counts. */
  readonly seconds: number;
  readonly interrupted: AbortSignal;
}

/** One arrival in the window. */
interface Arrival {
  /** From when it was due to the answer, or to giving it up. */
  ms: number;
  /** How much later than due the generator sent it. */
  lateMs: number;
  /** null: answered as asked. */
  error: string | null;
}

export interface Window {
  readonly arrivals: readonly Arrival[];
  /** By how many more waited at the end of the window than at its beginning. */
  readonly moreWaiting: number;
}

/** What asks: null when answered as asked, else what came instead. It never rejects. */
export type Ask = () => Promise<string | null>;

/** Told when the window begins and when it ends. */
export type Mark = (edge: 'begin' | 'end') => void;

const warmUpMs = 1_500;
/** More are not sent: the generator would measure itself. */
const mostWaiting = 4_000;

/**
 * Sends queries when they are due, whether or not earlier ones were answered (an open loop): a Poisson process, the same one for the
 * same rate. What comes in the first 1.5 s does not count. Resolves once everything that counts is answered.
 *
 * @throws AbortError when interrupted.
 */
export async function offer(
  ask: Ask,
  { perSecond, seconds, interrupted }: Offer,
  mark: Mark,
): Promise<Window> {
  const random = new Corpus(Math.round(perSecond * 1_000));
  const line = new Line(ask);
  const startedAt = performance.now();
  const windowAt = startedAt + warmUpMs;
  const endAt = windowAt + seconds * 1_000;
  let dueAt = startedAt;
  let waitingBefore: number | null = null;
  for (;;) {
    dueAt -= (Math.log(1 - random.random()) * 1_000) / perSecond;
    if (dueAt >= endAt) break;
    await until(dueAt, interrupted);
    if (waitingBefore === null && dueAt >= windowAt) {
      waitingBefore = line.waiting;
      mark('begin');
    }
    line.send(dueAt, waitingBefore !== null);
  }
  await until(endAt, interrupted);
  mark('end');
  const moreWaiting = line.waiting - (waitingBefore ?? 0);
  return { arrivals: await line.answered(), moreWaiting };
}

/** Everything that is under way. */
class Line {
  waiting = 0;
  private readonly counted: Promise<Arrival>[] = [];

  constructor(private readonly ask: Ask) {}

  send(dueAt: number, counts: boolean): void {
    const arrival = this.follow(dueAt);
    if (counts) this.counted.push(arrival);
  }

  answered(): Promise<Arrival[]> {
    return Promise.all(this.counted);
  }

  private async follow(dueAt: number): Promise<Arrival> {
    const lateMs = performance.now() - dueAt;
    if (this.waiting >= mostWaiting)
      return { ms: Infinity, lateMs, error: `not sent, as ${mostWaiting} waited` };
    this.waiting += 1;
    const error = await this.ask();
    this.waiting -= 1;
    return { ms: performance.now() - dueAt, lateMs, error };
  }
}

/** A timer is up to a millisecond late; that counts as the product's time. */
async function until(at: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const ms = at - performance.now();
  if (ms > 0) await pause(ms, undefined, { signal });
}
