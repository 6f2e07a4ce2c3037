import autocannon from 'autocannon';

export interface Load {
  /** Of each measurement. */
  readonly seconds: number;
  readonly connections: number;
}

export interface Contestant {
  readonly name: string;
  readonly url: string;
  readonly authorization: string;
}

/** @throws Error when anything but a 200 came back. */
export async function requestsPerSecond(
  { name, url, authorization }: Contestant,
  load: Load,
): Promise<number> {
  const { connections, seconds: duration } = load;
  const result = await autocannon({ url, headers: { authorization }, connections, duration });
  const faults = result.non2xx + result.errors + result.timeouts;
  if (faults > 0) throw new Error(`${name}: ${faults} of ${result.requests.total} requests went wrong.`);
  return result.requests.total / result.duration;
}
