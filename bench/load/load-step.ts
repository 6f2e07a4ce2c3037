import { percentile } from '../statistics.js';
import type { KeepAliveClient, PostRequest } from '../queries/keep-alive-client.js';
import { type Arrival, type SendQuery, type OpenLoopOptions, offerLoad } from './offer-load.js';
import { type CpuTimes, type ProcessKind, readCpuTimes } from './cpu-times.js';

/** The result of one rate of queries. */
export interface LoadStepResult {
  readonly offered: number;
  /** Arrivals in the measured window. */
  readonly count: number;
  /** Share of them that was served at the rate of arrival. */
  readonly servedShare: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** The delay of the generator itself. */
  readonly lateP99: number;
  readonly errors: ReadonlyMap<string, number>;
  readonly cpu: CpuUse;
}

/** In cores: CPU seconds per second. */
interface CpuUse {
  readonly byProcessKind: ReadonlyMap<ProcessKind, number>;
  /** The busiest replica alone. */
  readonly busiestReplica: number;
  readonly machine: number;
}

/** Clients give up after this time. */
const queryTimeoutMs = 10_000;
const minServedShare = 0.95;
const maxP95Ms = 2_000;

export function isSaturated({ servedShare, p95 }: LoadStepResult): boolean {
  return servedShare < minServedShare || p95 > maxP95Ms;
}

/** Sends queries of all tenants in turn at one rate. */
export async function runLoadStep(
  client: KeepAliveClient,
  posts: readonly PostRequest[],
  options: OpenLoopOptions,
): Promise<LoadStepResult> {
  let next = 0;
  const sendQuery: SendQuery = () => sendAndClassify(client, posts[(next += 1) % posts.length]!);
  const marks: { at: number; times: CpuTimes }[] = [];
  const onWindowEdge = (): void => void marks.push({ at: performance.now(), times: readCpuTimes() });
  const arrivals = await offerLoad(sendQuery, options, onWindowEdge);
  const [begin, end] = marks;
  if (begin === undefined || end === undefined || arrivals.length === 0)
    throw new Error('No query arrived within the step.');
  const failures = arrivals.flatMap(({ error }) => (error === null ? [] : [error]));
  const times = arrivals.map(({ ms, error }) => (error === null ? ms : Infinity));
  const delays = arrivals.map(({ lateMs }) => lateMs);
  return {
    offered: options.perSecond,
    count: arrivals.length,
    servedShare: 1 - failures.length / arrivals.length - backlogGrowthShare(arrivals),
    p50: percentile(times, 0.5),
    p95: percentile(times, 0.95),
    p99: percentile(times, 0.99),
    lateP99: percentile(delays, 0.99),
    errors: countValues(failures),
    cpu: cpuBetween(begin.times, end.times, (end.at - begin.at) / 1_000),
  };
}

/**
 * Share of the arrivals that only made the queue longer: the mean queue length at the last third of the arrivals minus
 * that at the first third, which is two thirds of all arrivals earlier.
 */
function backlogGrowthShare(arrivals: readonly Arrival[]): number {
  const third = Math.ceil(arrivals.length / 3);
  const more = meanWaiting(arrivals.slice(-third)) - meanWaiting(arrivals.slice(0, third));
  return Math.max(0, more) / (arrivals.length * (2 / 3));
}

function meanWaiting(arrivals: readonly Arrival[]): number {
  return arrivals.reduce((sum, { waiting }) => sum + waiting, 0) / arrivals.length;
}

async function sendAndClassify(client: KeepAliveClient, post: PostRequest): Promise<string | null> {
  try {
    const { status, body } = await client.post(post, AbortSignal.timeout(queryTimeoutMs));
    return status === 200 ? degradationIn(body) : `${status} ${problemTypeOf(body)}`;
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') return `no answer within ${queryTimeoutMs} ms`;
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

/** An answer that skipped a stage of its configuration counts as failed. */
function degradationIn(body: string): string | null {
  const { degraded } = JSON.parse(body) as { degraded: { stage: string; reason: string }[] };
  return degraded.length === 0 ? null : degraded.map(({ stage, reason }) => `${stage}: ${reason}`).join(', ');
}

function problemTypeOf(body: string): string {
  try {
    return (JSON.parse(body) as { type: string }).type;
  } catch {
    return body.slice(0, 60).replaceAll(/\s+/g, ' ');
  }
}

function countValues(values: readonly string[]): Map<string, number> {
  const groups = Map.groupBy(values, (value) => value);
  return new Map([...groups].map(([value, some]) => [value, some.length]));
}

function cpuBetween(begin: CpuTimes, end: CpuTimes, seconds: number): CpuUse {
  const byKind = new Map<ProcessKind, number>();
  let busiestReplica = 0;
  for (const [pid, { kind, seconds: until }] of end.processes) {
    const used = (until - (begin.processes.get(pid)?.seconds ?? until)) / seconds;
    byKind.set(kind, (byKind.get(kind) ?? 0) + used);
    if (kind === 'replica') busiestReplica = Math.max(busiestReplica, used);
  }
  return { byProcessKind: byKind, busiestReplica, machine: (end.machine - begin.machine) / seconds };
}
