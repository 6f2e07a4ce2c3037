import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { ReplicaCluster, Traffic, readFinalEntries } from '#testing';
import { abortOnInterrupt, startDatabaseServer } from '../temporary-servers.js';
import { faultScenarios } from './fault-scenarios.js';
import { evaluateSoak } from './evaluate-soak.js';

export interface SoakOptions {
  readonly minutes: number;
  readonly tenants: number;
  /** Per second, over all tenants. */
  readonly changes: number;
  /** Per second, at each replica and at the load balancer. */
  readonly reads: number;
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
    const cluster = await ReplicaCluster.start();
    try {
      process.exitCode = (await runSoak(cluster, options, interrupted)) ? 0 : 1;
    } finally {
      await cluster.close();
    }
  } finally {
    await server.stop();
  }
}

async function runSoak(
  cluster: ReplicaCluster,
  options: SoakOptions,
  interrupted: AbortSignal,
): Promise<boolean> {
  const tenants = await cluster.addTenants('soak', options.tenants);
  const { changes: changesPerSecond, reads: readsPerSecond } = options;
  const traffic = new Traffic(cluster, { tenants, changesPerSecond, readsPerSecond });
  await traffic.readAll();
  const delay = monitorEventLoopDelay();
  delay.enable();
  traffic.start();
  try {
    await injectFaults(cluster, traffic, {
      endAt: performance.now() + options.minutes * 60_000,
      interrupted,
    });
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
  return evaluateSoak(
    { changes, reads, entries: await readFinalEntries(cluster.database) },
    failures.all(),
    settledAt,
  );
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
  readonly endAt: number;
  readonly interrupted: AbortSignal;
}

async function injectFaults(
  cluster: ReplicaCluster,
  traffic: Traffic,
  { endAt, interrupted }: SoakWindow,
): Promise<void> {
  const startedAt = performance.now();
  for (let round = 0; performance.now() < endAt && !interrupted.aborted; round += 1) {
    const fault = faultScenarios[round % faultScenarios.length]!;
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
