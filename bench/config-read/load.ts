import autocannon from 'autocannon';

export interface Load {
  /** Of each measurement. */
  readonly seconds: number;
  readonly connections: number;
}

export interface Contestant {
  readonly name: string;
  readonly url: string;
  /** Of those who ask, in turn. */
  readonly authorizations: readonly string[];
}

export interface Answered {
  readonly perSecond: number;
  /** The part of the time in which this process was busy asking: near 1, it was what could not go faster. */
  readonly busyAsking: number;
}

/** @throws Error when anything but a 200 came back. */
export async function answeredBy({ name, url, authorizations }: Contestant, load: Load): Promise<Answered> {
  const { connections, seconds: duration } = load;
  const requests = authorizations.map((authorization) => ({ headers: { authorization } }));
  const before = performance.eventLoopUtilization();
  const result = await autocannon({ url, requests, connections, duration });
  const { utilization: busyAsking } = performance.eventLoopUtilization(before);
  const faults = result.non2xx + result.errors + result.timeouts;
  if (faults > 0) throw new Error(`${name}: ${faults} of ${result.requests.total} requests went wrong.`);
  return { perSecond: result.requests.total / result.duration, busyAsking };
}
