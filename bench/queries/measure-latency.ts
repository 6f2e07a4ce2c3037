import { percentile } from '../statistics.js';
import { KeepAliveClient, type PostRequest } from './keep-alive-client.js';

export interface LoadProfile {
  /** Each connection has one request at a time. */
  readonly connections: number;
  readonly seconds: number;
}

export interface LatencyStatistics {
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
}

/**
 * Sends the requests in turn on all connections for `seconds`; times are in milliseconds.
 *
 * @throws Error if a response is not 200 with the expected text.
 */
export async function measureLatency(
  posts: readonly PostRequest[],
  { connections, seconds }: LoadProfile,
): Promise<LatencyStatistics> {
  const client = new KeepAliveClient(connections);
  const times: number[] = [];
  let sent = 0;
  const startedAt = performance.now();
  const endAt = startedAt + seconds * 1_000;
  const lane = async (): Promise<void> => {
    while (performance.now() < endAt)
      times.push(await timeRequest(client, posts[(sent += 1) % posts.length]!));
  };
  try {
    await Promise.all(Array.from({ length: connections }, lane));
  } finally {
    client.close();
  }
  const perSecond = (times.length / (performance.now() - startedAt)) * 1_000;
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99), perSecond };
}

async function timeRequest(client: KeepAliveClient, post: PostRequest): Promise<number> {
  const startedAt = performance.now();
  const { status, body } = await client.post(post);
  const ms = performance.now() - startedAt;
  if (status !== 200 || !body.includes(post.expected))
    throw new Error(`${post.url} returned ${status}: ${body.slice(0, 1_000)}`);
  return ms;
}
