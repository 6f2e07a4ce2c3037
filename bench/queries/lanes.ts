import { percentile } from '../statistics.js';
import { Asker, type Post } from './asking.js';

export interface Lanes {
  /** Each with one request at a time. */
  readonly connections: number;
  readonly seconds: number;
}

export interface Measured {
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
}

/**
 * Asks over and over for so long; times in milliseconds.
 *
 * @throws Error when anything but a 200 with what is expected came back.
 */
export async function measure(post: Post, { connections, seconds }: Lanes): Promise<Measured> {
  const asker = new Asker(connections);
  const times: number[] = [];
  const startedAt = performance.now();
  const endAt = startedAt + seconds * 1_000;
  const lane = async (): Promise<void> => {
    while (performance.now() < endAt) times.push(await timeOf(asker, post));
  };
  try {
    await Promise.all(Array.from({ length: connections }, lane));
  } finally {
    asker.close();
  }
  const perSecond = (times.length / (performance.now() - startedAt)) * 1_000;
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99), perSecond };
}

async function timeOf(asker: Asker, post: Post): Promise<number> {
  const askedAt = performance.now();
  const { status, body } = await asker.ask(post);
  const ms = performance.now() - askedAt;
  if (status !== 200 || !body.includes(post.expected))
    throw new Error(`${post.url} answers ${status}: ${body.slice(0, 1_000)}`);
  return ms;
}
