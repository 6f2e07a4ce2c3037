import { percentile } from '../statistics.js';
import type { Asker, Post } from '../queries/asking.js';
import { type Arrival, type Ask, type Offer, offer } from './arrivals.js';
import { type CpuTimes, type Part, cpuTimes } from './cpu-clock.js';

/** What became of one rate of queries. */
export interface Step {
  readonly offered: number;
  /** Arrivals that count. */
  readonly count: number;
  /** Of them, the share that was answered as it came in. */
  readonly servedShare: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** The generator's own delay. */
  readonly lateP99: number;
  readonly errors: ReadonlyMap<string, number>;
  readonly cpu: CpuUse;
}

/** In cores: CPU seconds a second. */
interface CpuUse {
  readonly parts: ReadonlyMap<Part, number>;
  /** The busiest replica alone. */
  readonly busiestReplica: number;
  readonly machine: number;
}

/** Whoever waits longer has gone. */
const patienceMs = 10_000;
const leastServed = 0.95;
const mostP95Ms = 2_000;

export function isSaturated({ servedShare, p95 }: Step): boolean {
  return servedShare < leastServed || p95 > mostP95Ms;
}

/** Queries of all tenants in turn at one rate, for so long. */
export async function runStep(asker: Asker, posts: readonly Post[], wanted: Offer): Promise<Step> {
  let next = 0;
  const ask: Ask = () => outcome(asker, posts[(next += 1) % posts.length]!);
  const marks: { at: number; times: CpuTimes }[] = [];
  const mark = (): void => void marks.push({ at: performance.now(), times: cpuTimes() });
  const arrivals = await offer(ask, wanted, mark);
  const [begin, end] = marks;
  if (begin === undefined || end === undefined || arrivals.length === 0)
    throw new Error('No query came within the step.');
  const failures = arrivals.flatMap(({ error }) => (error === null ? [] : [error]));
  const times = arrivals.map(({ ms, error }) => (error === null ? ms : Infinity));
  const lates = arrivals.map(({ lateMs }) => lateMs);
  return {
    offered: wanted.perSecond,
    count: arrivals.length,
    servedShare: 1 - failures.length / arrivals.length - growth(arrivals),
    p50: percentile(times, 0.5),
    p95: percentile(times, 0.95),
    p99: percentile(times, 0.99),
    lateP99: percentile(lates, 0.99),
    errors: counted(failures),
    cpu: cpuBetween(begin.times, end.times, (end.at - begin.at) / 1_000),
  };
}

/**
 * Of the arrivals, the share that only made the line longer: by how much more waited, on average, when the last third of them came than
 * when the first did, which is two thirds of all later.
 */
function growth(arrivals: readonly Arrival[]): number {
  const third = Math.ceil(arrivals.length / 3);
  const more = meanWaiting(arrivals.slice(-third)) - meanWaiting(arrivals.slice(0, third));
  return Math.max(0, more) / (arrivals.length * (2 / 3));
}

function meanWaiting(arrivals: readonly Arrival[]): number {
  return arrivals.reduce((sum, { waiting }) => sum + waiting, 0) / arrivals.length;
}

async function outcome(asker: Asker, post: Post): Promise<string | null> {
  try {
    const { status, body } = await asker.ask(post, AbortSignal.timeout(patienceMs));
    return status === 200 ? partOfAnswer(body) : `${status} ${typeOf(body)}`;
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') return `no answer within ${patienceMs} ms`;
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

/** An answer that does without what its configuration asks for is none. */
function partOfAnswer(body: string): string | null {
  const { degraded } = JSON.parse(body) as { degraded: { stage: string; reason: string }[] };
  return degraded.length === 0 ? null : degraded.map(({ stage, reason }) => `${stage}: ${reason}`).join(', ');
}

function typeOf(body: string): string {
  try {
    return (JSON.parse(body) as { type: string }).type;
  } catch {
    return body.slice(0, 60).replaceAll(/\s+/g, ' ');
  }
}

function counted(values: readonly string[]): Map<string, number> {
  const groups = Map.groupBy(values, (value) => value);
  return new Map([...groups].map(([value, some]) => [value, some.length]));
}

function cpuBetween(begin: CpuTimes, end: CpuTimes, seconds: number): CpuUse {
  const parts = new Map<Part, number>();
  let busiestReplica = 0;
  for (const [pid, { part, seconds: until }] of end.processes) {
    const used = (until - (begin.processes.get(pid)?.seconds ?? until)) / seconds;
    parts.set(part, (parts.get(part) ?? 0) + used);
    if (part === 'replica') busiestReplica = Math.max(busiestReplica, used);
  }
  return { parts, busiestReplica, machine: (end.machine - begin.machine) / seconds };
}
