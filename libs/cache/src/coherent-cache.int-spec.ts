import { Logger } from '@nestjs/common';
import { randomHex } from '#kernel';
import { RedisConnection } from '#redis';
import { FaultProxy, testRedisUrl, waitFor } from '#testing';
import { StepwiseStore } from '../testing/stepwise-store.js';
import { RedisBus } from './bus/redis-bus.js';
import { CoherentCache } from './coherent-cache.js';
import { loadEach } from './region/load-queue.js';

Logger.overrideLogger(false);

/** A replica over real Redis, with a link that the test can cut; all replicas read one store. */
class Replica {
  readonly cache: CoherentCache;
  readonly bus: RedisBus;
  private readonly redis: RedisConnection;

  constructor(
    readonly link: FaultProxy,
    channel: string,
  ) {
    this.redis = new RedisConnection(link.url);
    this.bus = new RedisBus(this.redis, channel);
    this.cache = new CoherentCache(this.bus);
  }

  async stop(): Promise<void> {
    await this.cache.onApplicationShutdown();
    await this.redis.close();
    await this.link.close();
  }
}

let writer: Replica;
let reader: Replica;
let store: StepwiseStore;

beforeEach(async () => {
  const channel = `attune-test:${randomHex(8)}`;
  store = new StepwiseStore();
  [writer, reader] = [
    new Replica(await FaultProxy.forTarget(testRedisUrl()), channel),
    new Replica(await FaultProxy.forTarget(testRedisUrl()), channel),
  ];
});

afterEach(async () => {
  await Promise.all([writer.stop(), reader.stop()]);
});

/** A region of the reader whose loads read at once. */
function regionOfReader() {
  const load = loadEach(async (key) => store.valueAt(key, store.currentVersion(key)));
  return reader.cache.region<string>('plan', load);
}

async function start(): Promise<void> {
  await Promise.all([writer.cache.onModuleInit(), reader.cache.onModuleInit()]);
}

async function change(key: string, value: string): Promise<void> {
  const version = store.write(key, value);
  await writer.cache.publishCommitted([{ kind: 'plan', key, version }]);
}

describe('CoherentCache over Redis', () => {
  it('returns a change made on another replica', async () => {
    await start();
    const region = regionOfReader();
    await change('pro', 'one');
    expect((await region.get('pro'))?.value).toBe('one');
    await change('pro', 'two');
    await waitFor(() => region.peek('pro')?.value !== 'one');
    expect((await region.get('pro'))?.value).toBe('two');
  });

  it('discards the old value of a load that read before another replica changed it', async () => {
    await start();
    const region = reader.cache.region<string>('plan', loadEach(store.load));
    store.write('pro', 'one');
    const read = region.get('pro');
    await waitFor(() => store.pending.length === 1);
    store.readPending();
    await change('pro', 'two');
    await waitFor(() => reader.bus.counters.received === 1);
    await store.finishLoad();
    await store.finishLoad();
    expect((await read)?.value).toBe('two');
    expect(region.peek('pro')?.value).toBe('two');
  });

  it('finds a change made while its own link was lost', async () => {
    await start();
    const region = regionOfReader();
    await change('pro', 'one');
    await region.get('pro');
    reader.link.cut();
    await waitFor(() => reader.bus.counters.doubts === 1);
    await change('pro', 'two');
    await reader.link.restore();
    await waitFor(() => region.peek('pro')?.value !== 'one');
    expect((await region.get('pro'))?.value).toBe('two');
  });

  it('finds a change made while the link of the replica that made it was lost', async () => {
    await start();
    const region = regionOfReader();
    await change('pro', 'one');
    await region.get('pro');
    writer.link.cut();
    await waitFor(() => writer.bus.counters.doubts === 1);
    await change('pro', 'two');
    await writer.link.restore();
    await waitFor(() => region.peek('pro')?.value !== 'one');
    expect((await region.get('pro'))?.value).toBe('two');
  });

  it('finds a change made before Redis was reachable for the first time', async () => {
    reader.link.cut();
    await start();
    const region = regionOfReader();
    await change('pro', 'one');
    await region.get('pro');
    await change('pro', 'two');
    await reader.link.restore();
    await waitFor(() => region.peek('pro')?.value !== 'one');
    expect((await region.get('pro'))?.value).toBe('two');
  });
});
