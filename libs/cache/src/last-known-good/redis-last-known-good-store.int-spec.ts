import { Logger } from '@nestjs/common';
import { randomHex } from '#kernel';
import { RedisConnection, RedisScript } from '#redis';
import { RedisServer, TestRedisCluster, testRedisUrl } from '#testing';
import { lastKnownGoodStoreContract } from '../../testing/last-known-good-store.contract.js';
import { RedisLastKnownGoodStore } from './redis-last-known-good-store.js';

Logger.overrideLogger(false);

const connectedBus = { state: 'connected' } as const;
const opened: RedisConnection[] = [];

function open(url: string): { redis: RedisConnection; copies: RedisLastKnownGoodStore } {
  const redis = new RedisConnection(url);
  opened.push(redis);
  return { redis, copies: new RedisLastKnownGoodStore(redis, connectedBus) };
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((redis) => redis.close()));
});

describe('RedisCopies', () => {
  lastKnownGoodStoreContract(async () => open(testRedisUrl()).copies);
});

describe('RedisCopies in a cluster', () => {
  let cluster: TestRedisCluster;

  beforeAll(async () => {
    cluster = await TestRedisCluster.start('any');
  });

  afterAll(async () => {
    await cluster.stop();
  });

  lastKnownGoodStoreContract(async () => open(cluster.url).copies);
});

describe('RedisCopies, of a key', () => {
  const key = randomHex(8);
  const place = `attune:{${key}}:cache:plan`;
  let server: RedisServer;
  let copies: RedisLastKnownGoodStore;

  beforeAll(async () => {
    server = await RedisServer.start();
  });

  afterAll(async () => {
    await server.stop();
  });

  beforeEach(async () => {
    await server.command('flushall');
    ({ copies } = open(server.url));
  });

  const keep = (version: number) => copies.save('plan', [{ key, version, value: { number: version } }]);
  const found = async () => (await copies.find('plan', [key])).get(key);
  const secondsLeft = async () => Number(await server.command('ttl', place));
  const age = () => server.command('expire', place, '60');

  it('lie under its name, for 24 hours', async () => {
    await keep(7);
    expect(await server.command('get', place)).toBe('{"version":7,"value":{"number":7}}');
    expect(await secondsLeft()).toBeGreaterThan(86_000);
  });

  it('live on for 24 hours when the same version is kept again, and not for an older one', async () => {
    await keep(7);
    await age();
    await keep(6);
    expect(await secondsLeft()).toBeLessThanOrEqual(60);
    await keep(7);
    expect(await secondsLeft()).toBeGreaterThan(86_000);
  });

  it('are kept although the server has forgotten the script', async () => {
    await keep(1);
    await server.command('script', 'flush');
    await keep(2);
    expect(await found()).toEqual({ version: 2, value: { number: 2 } });
  });

  it.each([
    'no json',
    '{"version":"8","value":1}',
    '{"version":99999999999999999999,"value":1}',
    '{"value":1,"version":8}',
    '{"version":-8,"value":1}',
    '[]',
    `x${'y'.repeat(1_000_000)}`,
  ])('are not made of what is not ours, and take its place: %.40s', async (text) => {
    await write(text);
    expect(await found()).toBeUndefined();
    await keep(7);
    expect(await found()).toEqual({ version: 7, value: { number: 7 } });
  });

  it('are not made of something else than a string, and take its place', async () => {
    await server.command('hset', place, 'version', '9');
    expect(await found()).toBeUndefined();
    await keep(7);
    expect(await found()).toEqual({ version: 7, value: { number: 7 } });
  });

  /** By the connection: a megabyte is too long for a command line. */
  async function write(text: string): Promise<void> {
    const { redis } = open(server.url);
    const set = new RedisScript("return redis.call('SET', KEYS[1], ARGV[1])");
    await redis.runAll(set, [{ key: place, args: [text] }]);
  }
});
