import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { ReplicaCluster, Traffic, readFinalEntries } from '#testing';
import { abortOnInterrupt, startDatabaseServer } from '../temporary-servers.js';
import { FailoverServers } from './failover-servers.js';
import { type FaultScenario, failoverScenarios, faultScenarios } from './fault-scenarios.js';
import { evaluateSoak } from './evaluate-soak.js';

export interface SoakOptions {
  readonly minutes: number;
  readonly tenants: number;
  /** Per second, over all tenants. */
  readonly changes: number;
  /** Per second, at each replica and at the load balancer. */
  readonly reads: number;
  /** Servers with a spare each, and their failovers among the faults, each fault once; `minutes` does not count. */
  readonly failovers?: boolean;
}

const roundMs = 10_000;
/** Time for Redis, Postgres and all replicas to recover. */
const settleTimeMs = 10_000;

/**
 * Runs three replicas behind a load balancer for minutes, with changes and reads of many tenants and a fault every 10
 * seconds; at the end it checks everything that clients saw. The exit code is 1 if a promise was broken. Ctrl-C ends the
 * run early, with a result.
 */
export async function soak(options: SoakOptions): Promise<void> {
  const server = await startDatabaseServer();
  const interrupted = abortOnInterrupt();
  try {
    const isKept = options.failovers
      ? await soakWithFailovers(options, interrupted)
      : await soakFor(options, interrupted);
    process.exitCode = isKept ? 0 : 1;
  } finally {
    await server.stop();
  }
}

async function soakFor(options: SoakOptions, interrupted: AbortSignal): Promise<boolean> {
  const cluster = await ReplicaCluster.start();
  const durationMs = options.minutes * 60_000;
  try {
    return await runSoak(cluster, options, { faults: faultScenarios, durationMs, interrupted });
  } finally {
    await cluster.close();
  }
}

async function soakWithFailovers(options: SoakOptions, interrupted: AbortSignal): Promise<boolean> {
  const { servers, database } = await FailoverServers.start();
  try {
    const env = { REDIS_URL: servers.redisUrl };
    const cluster = await ReplicaCluster.start({ env, servers: { database, redis: servers.redis } });
    const faults = failoverScenarios(servers);
    const durationMs = faults.length * roundMs;
    try {
      return await runSoak(cluster, options, { faults, durationMs, interrupted });
    } finally {
      await cluster.close();
    }
  } finally {
    await servers.stop();
  }
}

async function runSoak(cluster: ReplicaCluster, options: SoakOptions, window: SoakWindow): Promise<boolean> {
  const tenants = await cluster.addTenants('soak', options.tenants);
  const { changes: changesPerSecond, reads: readsPerSecond } = options;
  const traffic = new Traffic(cluster, { tenants, changesPerSecond, readsPerSecond });
  await traffic.readAll();
  const delay = monitorEventLoopDelay();
  delay.enable();
  traffic.start();
  try {
    await injectFaults(cluster, traffic, window);
  } finally {
    await traffic.stop();
  }
  console.log('Settling …');
  traffic.phase = 'settling';
  await cluster.restore();
  await pause(settleTimeMs);
  const settledAt = performance.now();
  traffic.phase = 'settled';
  await traffic.readAll();
  printOutages(cluster, delay.max / 1e6);
  const { changes, reads, failures } = traffic;
  const entries = await readFinalEntries(cluster.database);
  const history = { changes, reads, entries };
  return evaluateSoak({ history, failures: failures.all(), settledAt, faults: window.faults });
}

/** Outages in the logs of the replicas. All links run through this process, so a stall of it looks like an outage too. */
function printOutages({ replicas: members }: ReplicaCluster, maxStallMs: number): void {
  console.log(
    `\nOutages of Postgres that the replicas saw (the longest stall of this process was ${maxStallMs.toFixed(0)} ms):`,
  );
  for (const member of members)
    for (const { time, msg } of outagesIn(member.output()))
      console.log(`  ${formatTime(new Date(time))} ${member.name}: ${msg}`);
}

interface LogLine {
  readonly time: string;
  readonly msg: string;
}

/** A killed replica may have left half a line. */
function outagesIn(output: string): LogLine[] {
  const lines = output
    .split('\n')
    .filter((line) => /^\{.*(can be reached again|cannot be reached:).*\}$/.test(line));
  return lines.map((line) => JSON.parse(line) as LogLine);
}

function formatTime(time: Date): string {
  return time.toISOString().slice(11, 19);
}

interface SoakWindow {
  readonly faults: readonly FaultScenario[];
  readonly durationMs: number;
  readonly interrupted: AbortSignal;
}

async function injectFaults(
  cluster: ReplicaCluster,
  traffic: Traffic,
  { faults, durationMs, interrupted }: SoakWindow,
): Promise<void> {
  const startedAt = performance.now();
  const endAt = startedAt + durationMs;
  for (let round = 0; performance.now() < endAt && !interrupted.aborted; round += 1) {
    const fault = faults[round % faults.length]!;
    const victim = cluster.replicas[round % cluster.replicas.length]!;
    const nextAt = performance.now() + roundMs;
    const { changes, reads, failures } = traffic;
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0).padStart(4);
    const progressText = `${changes.length} changes, ${reads.length} reads, ${failures.total} failed`;
    console.log(
      `${formatTime(new Date())} ${seconds} s   ${progressText}   next: ${fault.name} (${victim.name})`,
    );
    traffic.phase = fault.name;
    await fault.run(cluster, victim);
    await pause(Math.max(0, nextAt - performance.now()), undefined, { signal: interrupted }).catch(
      () => undefined,
    );
  }
}
