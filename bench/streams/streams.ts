import { setTimeout as pause } from 'node:timers/promises';
import { ApiClient, FaultProxy, waitFor } from '#testing';
import { createTenant } from '../seed-tenants.js';
import { type CleanupSteps, createPlatformKey, registerCleanup, startProduct } from '../servers.js';
import { percentile } from '../statistics.js';
import { startServers } from '../temporary-servers.js';
import { StreamListener } from './listener.js';

export interface StreamsOptions {
  readonly streams: number;
  readonly tenants: number;
  readonly rounds: number;
}

interface Scene {
  readonly listeners: StreamListener[];
  readonly writers: ApiClient[];
}

const maxWaitMs = 30_000;

/** Many streams on one replica, while another one changes configurations. Every number is of this machine. */
export async function measureStreams(options: StreamsOptions): Promise<void> {
  const servers = await startServers();
  const cleanup: CleanupSteps = [() => servers.stop()];
  try {
    const database = await servers.create();
    const redis = await FaultProxy.forTarget(servers.redisUrl);
    cleanup.push(
      () => database.drop(),
      () => redis.close(),
    );
    const env = {
      DATABASE_URL: database.url,
      MIGRATION_DATABASE_URL: database.migrationUrl,
      ATTUNE_PLATFORM_API_KEY: createPlatformKey(),
      CONFIG_CHANGES_PER_HOUR: '0',
      CONFIG_STREAMS_PER_TENANT: String(options.streams),
      SHUTDOWN_DRAIN_MS: '5000',
    };
    const writer = await registerCleanup(startProduct({ ...env, REDIS_URL: servers.redisUrl }), cleanup);
    const streaming = await startProduct({ ...env, REDIS_URL: redis.url });
    let url = streaming.url;
    const scene = await prepare(new ApiClient(writer.url, writer.platformKey), options, () => url);
    cleanup.push(async () => scene.listeners.forEach((listener) => listener.close()));
    await measureMemory(new ApiClient(streaming.url, streaming.platformKey), scene);
    const rounds: number[] = [];
    for (let round = 0; round < options.rounds; round += 1) rounds.push(...(await changeAll(scene)));
    print('until all streams have a change', rounds);
    redis.cut();
    print('the same without Redis', await changeAll(scene));
    await redis.restore();
    const next = await registerCleanup(startProduct({ ...env, REDIS_URL: servers.redisUrl }), cleanup);
    url = next.url;
    await measureRestart(scene, () => streaming.stop());
    report(scene);
  } finally {
    for (const step of cleanup.toReversed()) await step();
  }
}

async function prepare(
  platform: ApiClient,
  { streams, tenants }: StreamsOptions,
  urlOf: () => string,
): Promise<Scene> {
  const keys: string[] = [];
  for (let number = 1; number <= tenants; number += 1) keys.push(await createTenant(platform, { number }));
  const listeners = Array.from(
    { length: streams },
    (_, index) => new StreamListener(urlOf, keys[index % tenants]!),
  );
  return { listeners, writers: keys.map((key) => platform.as(key)) };
}

async function measureMemory(platform: ApiClient, { listeners }: Scene): Promise<void> {
  const before = await residentBytes(platform);
  for (let first = 0; first < listeners.length; first += 50)
    await Promise.all(listeners.slice(first, first + 50).map((listener) => listener.open()));
  await pause(2_000);
  const perStream = ((await residentBytes(platform)) - before) / listeners.length / 1024;
  console.log(`${listeners.length} streams are open, ${perStream.toFixed(0)} KiB of memory for each`);
}

async function residentBytes(platform: ApiClient): Promise<number> {
  const { body } = await platform.get<string>('/metrics');
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(body)?.[1]);
}

/** Changes each tenant once. Milliseconds from each answer until the last stream of the tenant has the change. */
async function changeAll({ listeners, writers }: Scene): Promise<number[]> {
  const delays: number[] = [];
  for (const [index, writer] of writers.entries()) {
    const { body } = await writer.patch<{ version: number }>('/v1/config', { temperature: Math.random() });
    const answeredAt = performance.now();
    const own = listeners.filter((_, at) => at % writers.length === index);
    await waitFor(() => own.every(({ version }) => version === body.version), { timeoutMs: maxWaitMs });
    delays.push(Math.max(0, ...own.map(({ changedAt }) => changedAt - answeredAt)));
  }
  return delays;
}

/** All clients go from the replica that stops to another one, while tenants change. */
async function measureRestart(scene: Scene, stop: () => Promise<void>): Promise<void> {
  const startedAt = performance.now();
  const stopping = stop();
  const arrivals: number[] = [];
  for (let changes = 0; !scene.listeners.every(isBack); changes += 1) {
    if (performance.now() - startedAt > maxWaitMs) throw new Error('Some clients did not come back.');
    if (changes < 3) await scene.writers[0]!.patch('/v1/config', { temperature: Math.random() });
    arrivals.push(scene.listeners.filter(isBack).length);
    await pause(1_000);
  }
  await stopping;
  const steps = arrivals.map((count, index) => count - (arrivals[index - 1] ?? 0));
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`after a restart all are back in ${seconds} s, at most ${Math.max(...steps)} in one second`);
  print('a change after that', await changeAll(scene));
}

function isBack({ connections }: StreamListener): boolean {
  return connections > 1;
}

function print(what: string, delays: readonly number[]): void {
  const [middle, high] = [0.5, 0.99].map((share) => percentile(delays, share).toFixed(0));
  console.log(`${what}: median ${middle} ms, p99 ${high} ms`);
}

function report({ listeners }: Scene): void {
  const violations = listeners.flatMap((listener) => listener.violations);
  console.log(`missing, repeated or disordered changes: ${violations.length}`);
  if (violations.length > 0) throw new Error(violations.slice(0, 5).join('; '));
}
