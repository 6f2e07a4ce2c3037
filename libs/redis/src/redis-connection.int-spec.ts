import { Logger } from '@nestjs/common';
import { freePort, RedisServer, TestCertificate, testRedisUrl, waitFor } from '#testing';
import { EchoSubscriber, redisConnectionContract } from '../testing/redis-connection.contract.js';
import { RedisConnection } from './redis-connection.js';
import { RedisScript } from './redis-script.js';

Logger.overrideLogger(false);

const schemes = ['redis', 'redis+cluster', 'redis+sentinel'] as const;

/** A connection of each kind to where nobody listens. */
async function unreachableConnections(): Promise<RedisConnection[]> {
  const address = `127.0.0.1:${await freePort()}`;
  return schemes.map(
    (scheme) => new RedisConnection(`${scheme}://${address}${scheme === 'redis+sentinel' ? '/m' : ''}`),
  );
}

describe('RedisConnection to one server', () => {
  redisConnectionContract(() => new RedisConnection(testRedisUrl()));

  it('is back after the server was killed and started again', async () => {
    const server = await RedisServer.start();
    const redis = new RedisConnection(server.url);
    const echo = new EchoSubscriber(redis);
    await waitFor(() => echo.subscribedCount === 1);
    await server.kill();
    await waitFor(() => echo.disconnectedCount === 1);
    await expect(redis.ping()).rejects.toThrow();
    await server.restart();
    await waitFor(() => echo.subscribedCount === 2);
    await waitFor(() => echo.isDelivered());
    await Promise.all([redis.close(), server.stop()]);
  });
});

describe('RedisConnection to one server with TLS', () => {
  it('goes to one whose certificate is trusted, and to no other', async () => {
    const certificate = await TestCertificate.create();
    const server = await RedisServer.start({ certificate });
    const stranger = new RedisConnection(server.url);
    await expect(stranger.ping()).rejects.toThrow();
    await stranger.close();
    await certificate.trust();
    const redis = new RedisConnection(server.url);
    const echo = new EchoSubscriber(redis);
    await waitFor(() => echo.subscribedCount === 1);
    await waitFor(() => echo.isDelivered());
    await Promise.all([redis.close(), server.stop(), certificate.remove()]);
  });
});

describe('RedisConnection to nowhere', () => {
  it('rejects at once, and closes', async () => {
    for (const redis of await unreachableConnections()) {
      await expect(redis.ping()).rejects.toThrow();
      await expect(redis.publish('any', 'thing')).rejects.toThrow();
      expect(await redis.readAll(['a', 'b'], 1)).toEqual([expect.any(Error), expect.any(Error)]);
      expect(await redis.runAll(new RedisScript('return 1'), [{ key: 'a', args: [] }])).toEqual([
        expect.any(Error),
      ]);
      await redis.close();
    }
  });

  it('closes while it tries to connect and to subscribe', async () => {
    for (const redis of await unreachableConnections()) {
      const echo = new EchoSubscriber(redis);
      void redis.connect();
      await redis.close();
      expect(echo.subscribedCount).toBe(0);
    }
  });
});

describe('RedisConnection, of its URL', () => {
  it.each(['http://me:secret@cache', 'redis://me:secret@cache/x', 'redis+sentinel://me:secret@cache'])(
    'refuses %s without showing the password',
    (url) => {
      expect(() => new RedisConnection(url)).toThrow(/^REDIS_URL must have the form (?!.*secret).*$/);
    },
  );
});
