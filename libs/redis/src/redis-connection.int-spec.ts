import { Logger } from '@nestjs/common';
import { randomHex } from '#kernel';
import { freePort, testRedisUrl, waitFor } from '#testing';
import { RedisConnection } from './redis-connection.js';

Logger.overrideLogger(false);

const opened: RedisConnection[] = [];

function connection(url = testRedisUrl()): RedisConnection {
  const redis = new RedisConnection(url);
  opened.push(redis);
  return redis;
}

async function nowhere(): Promise<string> {
  return `redis://127.0.0.1:${await freePort()}`;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((redis) => redis.close()));
});

describe('RedisConnection', () => {
  it('answers a ping, the first of many at once too', async () => {
    const redis = connection();
    await Promise.all([redis.ping(), redis.ping(), redis.ping()]);
  });

  it('delivers what is published once the subscription is ready', async () => {
    const redis = connection();
    const channel = `attune-test:${randomHex(8)}`;
    const heard: string[] = [];
    let ready = 0;
    redis.subscribe(channel, {
      onMessage: (message) => heard.push(message),
      onReady: () => (ready += 1),
      onLost: () => undefined,
    });
    await waitFor(() => ready === 1);
    await redis.publish(channel, 'hello');
    await waitFor(() => heard.length === 1);
    expect(heard).toEqual(['hello']);
  });

  it('calls no handler after the subscription was closed', async () => {
    const redis = connection();
    const calls: string[] = [];
    let ready = false;
    const subscription = redis.subscribe(`attune-test:${randomHex(8)}`, {
      onMessage: () => calls.push('message'),
      onReady: () => (ready = true),
      onLost: () => calls.push('lost'),
    });
    await waitFor(() => ready);
    await subscription.close();
    expect(calls).toEqual([]);
  });

  it('says when it is ready', async () => {
    const redis = connection();
    let ready = 0;
    redis.onReady(() => (ready += 1));
    await redis.connect();
    expect(ready).toBe(1);
  });

  it('rejects at once when nobody listens there', async () => {
    const redis = connection(await nowhere());
    await expect(redis.ping()).rejects.toThrow();
    await expect(redis.publish('any', 'thing')).rejects.toThrow();
  });

  it('closes, twice too, whether it was used or not', async () => {
    for (const redis of [connection(), connection(await nowhere())]) {
      await redis.connect();
      await redis.close();
      await redis.close();
    }
    await connection().close();
  });

  it('rejects after it was closed', async () => {
    const redis = connection();
    await redis.close();
    await expect(redis.ping()).rejects.toThrow();
  });
});
