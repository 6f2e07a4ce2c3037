import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import {
  type AllTraffic,
  type Losses,
  RedisServer,
  ReplicaCluster,
  type TestDatabase,
  findLosses,
  projectRoot,
} from '#testing';
import { startDatabaseServer } from '../temporary-servers.js';

export interface UpgradeOptions {
  /** The folder of a built checkout of the earlier release. */
  readonly from: string;
  /** Of traffic before and after each step. */
  readonly seconds: number;
}

interface Step {
  readonly name: string;
  run(cluster: ReplicaCluster): Promise<void>;
}

const rates = { changesPerSecond: 30, readsPerSecond: 35 };
const mixedRates = { queries: 12, queryStreams: 6, uploads: 4, changeStreams: 4, maxInFlight: 80 };
/** A replica drains for a second longer than nginx keeps an idle connection. */
const [idleSeconds, drainMs] = [5, 6_000];

/**
 * Upgrades three replicas behind the load balancer from an earlier release, takes them back and upgrades them again, under traffic: so
 * that both releases run on one database, also after the migration. The exit code is 1 if a client lost anything.
 */
export async function upgrade({ from, seconds }: UpgradeOptions): Promise<void> {
  const earlier = resolve(from);
  const server = await startDatabaseServer();
  const redis = await RedisServer.start();
  try {
    const database = await server.createEmpty();
    await migrateBy(earlier, database);
    const cluster = await ReplicaCluster.start({
      env: { SHUTDOWN_DRAIN_MS: String(drainMs), QUERY_DEADLINE_MS: '55000' },
      servers: { database, redis },
      isBalancedDirectly: true,
      idleSeconds,
      release: earlier,
    });
    try {
      printLosses(await upgradeUnderTraffic(cluster, upgradeSteps(earlier), seconds));
    } finally {
      await cluster.close();
    }
  } finally {
    await redis.stop();
    await server.stop();
  }
}

function upgradeSteps(earlier: string): Step[] {
  return [
    { name: 'migrate', run: ({ database }) => migrateBy(projectRoot, database) },
    ...restartAll(projectRoot, 'upgrade'),
    ...restartAll(earlier, 'take back'),
    ...restartAll(projectRoot, 'upgrade again'),
  ];
}

function restartAll(release: string, name: string): Step[] {
  return [0, 1, 2].map((index) => ({
    name: `${name} replica ${index + 1}`,
    async run({ replicas }) {
      const replica = replicas[index]!;
      replica.release = release;
      await replica.stop();
      await replica.restart();
    },
  }));
}

async function upgradeUnderTraffic(
  cluster: ReplicaCluster,
  steps: readonly Step[],
  seconds: number,
): Promise<Losses> {
  const tenants = await cluster.addTenants('upgrade', 30);
  return findLosses(cluster, { tenants, ...rates, mixedRates }, async (sent) => {
    await pause(seconds * 1_000);
    for (const step of steps) {
      setPhase(sent, step.name);
      await step.run(cluster);
      await pause(seconds * 1_000);
      printProgress(sent, step);
    }
  });
}

function setPhase({ traffic, mixed }: AllTraffic, name: string): void {
  traffic.phase = name;
  mixed.phase = name;
}

function printProgress({ traffic, mixed }: AllTraffic, { name }: Step): void {
  const { changes, reads } = traffic;
  console.log(
    `${name.padEnd(24)} ${changes.length} changes, ${reads.length} reads, ${mixed.answered} others`,
  );
}

function printLosses({ failures, nginx, violations, documents }: Losses): void {
  const lines = [
    ...failures.map(({ what, phase, how, count }) => `${count} × ${what}: ${how} (${phase})`),
    ...nginx,
    ...violations.map(({ rule, tenant, detail }) => `${rule}: ${tenant}: ${detail}`),
    ...documents.map((id) => `document ${id} is missing`),
  ];
  console.log(lines.length === 0 ? '\nNothing was lost.' : `\nLost:\n${lines.join('\n')}`);
  process.exitCode = lines.length === 0 ? 0 : 1;
}

/** Runs `attune migrate` of that checkout. */
async function migrateBy(release: string, { url, migrationUrl }: TestDatabase): Promise<void> {
  const command = join(release, 'dist/apps/cli/src/main.js');
  const env = { DATABASE_URL: url, MIGRATION_DATABASE_URL: migrationUrl };
  await promisify(execFile)(process.execPath, [command, 'migrate'], { env });
}
