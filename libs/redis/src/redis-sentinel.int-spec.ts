import { Logger } from '@nestjs/common';
import { FaultProxy, TestCertificate, TestRedisSentinel, waitFor } from '#testing';
import { EchoSubscriber, redisConnectionContract } from '../testing/redis-connection.contract.js';
import { RedisConnection } from './redis-connection.js';

Logger.overrideLogger(false);

let certificate: TestCertificate;

beforeAll(async () => {
  certificate = await TestCertificate.create();
  await certificate.trust();
});

afterAll(async () => {
  // ioredis lets each link to a sentinel end within two seconds.
  await waitFor(() => !process.getActiveResourcesInfo().includes('TLSWrap'));
  await certificate.remove();
});

describe.each([
  ['with a password', () => ({ password: 's3cret' })],
  ['without a password', () => ({})],
  ['with TLS', () => ({ certificate })],
])('RedisConnection through sentinels %s', (_how, options) => {
  let watched: TestRedisSentinel;

  beforeAll(async () => {
    watched = await TestRedisSentinel.start(options());
  });

  afterAll(async () => {
    await watched.stop();
  });

  redisConnectionContract(() => new RedisConnection(watched.url));

  it('connects to the new master when the old one is killed', async () => {
    const redis = new RedisConnection(watched.url);
    const echo = new EchoSubscriber(redis);
    await waitFor(() => echo.subscribedCount === 1);
    await watched.master.kill();
    await waitFor(() => echo.disconnectedCount === 1);
    await waitFor(() => echo.subscribedCount === 2);
    await waitFor(() => echo.isDelivered());
    expect(await watched.replica.command('role')).toMatch(/^master/);
    await redis.close();
  });
});

describe('RedisConnection that looks for the new master', () => {
  let watched: TestRedisSentinel;
  let link: FaultProxy;
  let redis: RedisConnection;

  beforeAll(async () => {
    watched = await TestRedisSentinel.start();
    link = await FaultProxy.forTarget(watched.url);
    redis = new RedisConnection(link.url);
  });
  afterAll(async () => {
    await redis?.close();
    await link?.close();
    await watched?.stop();
  });

  const isAnswered = (): Promise<boolean> =>
    redis.ping().then(
      () => true,
      () => false,
    );

  it('its commands work again when a sentinel announces the new master before it answers', async () => {
    await redis.ping();
    await waitFor(async () => (await watched.listenerCount()) > 0);
    const announced = Promise.withResolvers<void>();
    link.watch((bytes) => (bytes.includes('get-master-addr-by-name') ? announced.promise : undefined));
    await watched.master.kill();
    await waitFor(async () => (await watched.masterPort()) === watched.replica.port);
    announced.resolve();
    await waitFor(isAnswered);
  });
});
