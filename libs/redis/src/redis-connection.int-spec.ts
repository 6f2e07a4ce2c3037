import { Logger } from '@nestjs/common';
import { freePort, RedisServer, TestCertificate, testRedisUrl, waitFor } from '#testing';
import { EchoSubscriber, redisConnectionContract } from '../testing/redis-connection.contract.js';
import { RedisConnection, RedisScript } from './redis-connection.js';

const logged: string[] = [];
const record = (message: unknown): void => void logged.push(String(message));
Logger.overrideLogger({ log: record, warn: record, error: record });

const schemes = ['redis', 'redis+cluster', 'redis+sentinel'] as const;

/** One connection of each kind, to a port on which no server listens. */
async function unreachableConnections(): Promise<RedisConnection[]> {
  const address = `127.0.0.1:${await freePort()}`;
  return schemes.map(
    (scheme) => new RedisConnection(`${scheme}://${address}${scheme === 'redis+sentinel' ? '/m' : ''}`),
  );
}

describe('RedisConnection to one server', () => {
  redisConnectionContract(() => new RedisConnection(testRedisUrl()));

  it('works again after the server was killed and restarted, and logs the begin and the end of the outage', async () => {
    const server = await RedisServer.start();
    const redis = new RedisConnection(server.url);
    const echo = new EchoSubscriber(redis);
    await waitFor(() => echo.subscribedCount === 1);
    logged.length = 0;
    await server.kill();
    await waitFor(() => echo.disconnectedCount === 1);
    await expect(redis.ping()).rejects.toThrow();
    await server.restart();
    await waitFor(() => echo.subscribedCount === 2);
    await waitFor(() => echo.isDelivered());
    const ofLink = (text: string) => logged.filter((line) => line.startsWith(text));
    expect(ofLink('Redis link failed')).toHaveLength(2);
    expect(ofLink('Redis link is back.')).toHaveLength(2);
    await Promise.all([redis.close(), server.stop()]);
  });
});

describe('RedisConnection to one server with TLS', () => {
  it('connects if the certificate is trusted, and only then', async () => {
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

describe('RedisConnection to an unreachable server', () => {
  it('rejects each call at once, and can be closed', async () => {
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

  it('can be closed while it tries to connect and to subscribe', async () => {
    for (const redis of await unreachableConnections()) {
      const echo = new EchoSubscriber(redis);
      void redis.connect();
      await redis.close();
      expect(echo.subscribedCount).toBe(0);
    }
  });
});

describe('new RedisConnection', () => {
  it.each(['http://me:secret@cache', 'redis://me:secret@cache/x', 'redis+sentinel://me:secret@cache'])(
    'refuses the URL %s with a message that does not contain the password',
    (url) => {
      expect(() => new RedisConnection(url)).toThrow(/^REDIS_URL must have the form (?!.*secret).*$/);
    },
  );
});
