import { Logger } from '@nestjs/common';
import { randomHex } from '#kernel';
import { RedisConnection, RedisScript } from '#redis';
import { RedisServer, TestRedisCluster, testRedisUrl } from '#testing';
import { lastKnownGoodStoreContract } from '../../testing/last-known-good-store.contract.js';
import { RedisLastKnownGoodStore } from './redis-last-known-good-store.js';

Logger.overrideLogger(false);

const connectedBus = { state: 'connected' } as const;
const opened: RedisConnection[] = [];

function open(url: string): { redis: RedisConnection; store: RedisLastKnownGoodStore } {
  const redis = new RedisConnection(url);
  opened.push(redis);
  return { redis, store: new RedisLastKnownGoodStore(redis, connectedBus) };
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((redis) => redis.close()));
});

describe('RedisLastKnownGoodStore', () => {
  lastKnownGoodStoreContract(async () => open(testRedisUrl()).store);
});

describe('RedisLastKnownGoodStore in a Redis cluster', () => {
  let cluster: TestRedisCluster;

  beforeAll(async () => {
    cluster = await TestRedisCluster.start('any');
  });

  afterAll(async () => {
    await cluster.stop();
  });

  lastKnownGoodStoreContract(async () => open(cluster.url).store);
});

describe('RedisLastKnownGoodStore on one server', () => {
  const key = randomHex(8);
  const redisKey = `attune:{${key}}:cache:plan`;
  let server: RedisServer;
  let store: RedisLastKnownGoodStore;

  beforeAll(async () => {
    server = await RedisServer.start();
  });

  afterAll(async () => {
    await server.stop();
  });

  beforeEach(async () => {
    await server.command('flushall');
    ({ store } = open(server.url));
  });

  const save = (version: number) => store.save('plan', [{ key, version, value: { number: version } }]);
  const findOne = async () => (await store.find('plan', [key])).get(key);
  const secondsLeft = async () => Number(await server.command('ttl', redisKey));
  const shortenTtl = () => server.command('expire', redisKey, '60');

  it('saves a copy under the key of its kind, for 24 hours', async () => {
    await save(7);
    expect(await server.command('get', redisKey)).toBe('{"version":7,"value":{"number":7}}');
    expect(await secondsLeft()).toBeGreaterThan(86_000);
  });

  it('renews the 24 hours when the same version is saved again, but not for an older version', async () => {
    await save(7);
    await shortenTtl();
    await save(6);
    expect(await secondsLeft()).toBeLessThanOrEqual(60);
    await save(7);
    expect(await secondsLeft()).toBeGreaterThan(86_000);
  });

  it('saves copies even after the server has dropped the script', async () => {
    await save(1);
    await server.command('script', 'flush');
    await save(2);
    expect(await findOne()).toEqual({ version: 2, value: { number: 2 } });
  });

  it.each([
    'no json',
    '{"version":"8","value":1}',
    '{"version":99999999999999999999,"value":1}',
    '{"value":1,"version":8}',
    '{"version":-8,"value":1}',
    '[]',
    `x${'y'.repeat(1_000_000)}`,
  ])('ignores and overwrites a value in another format: %.40s', async (text) => {
    await write(text);
    expect(await findOne()).toBeUndefined();
    await save(7);
    expect(await findOne()).toEqual({ version: 7, value: { number: 7 } });
  });

  it('ignores and overwrites a key of another type', async () => {
    await server.command('hset', redisKey, 'version', '9');
    expect(await findOne()).toBeUndefined();
    await save(7);
    expect(await findOne()).toEqual({ version: 7, value: { number: 7 } });
  });

  /** Writes over the connection: a megabyte is too long for a command line. */
  async function write(text: string): Promise<void> {
    const { redis } = open(server.url);
    const set = new RedisScript("return redis.call('SET', KEYS[1], ARGV[1])");
    await redis.runAll(set, [{ key: redisKey, args: [text] }]);
  }
});
