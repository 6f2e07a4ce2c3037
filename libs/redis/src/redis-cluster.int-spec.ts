import { Logger } from '@nestjs/common';
import { TestCertificate, TestRedisCluster, waitFor } from '#testing';
import { EchoSubscriber, redisConnectionContract } from '../testing/redis-connection.contract.js';
import { RedisConnection } from './redis-connection.js';

Logger.overrideLogger(false);

const channel = 'attune:changes';
let certificate: TestCertificate;

beforeAll(async () => {
  certificate = await TestCertificate.create();
  await certificate.trust();
});

afterAll(() => certificate.remove());

describe.each([
  ['without TLS', () => undefined],
  ['with TLS', () => certificate],
])('RedisConnection to a cluster %s', (_how, certificateOf) => {
  let cluster: TestRedisCluster;

  beforeAll(async () => {
    cluster = await TestRedisCluster.start(channel, certificateOf());
  });

  afterAll(async () => {
    await cluster.stop();
  });

  redisConnectionContract(() => new RedisConnection(cluster.url));

  it('subscribes on the new owner of its channel when the old one is killed', async () => {
    const redis = new RedisConnection(cluster.url);
    const echo = new EchoSubscriber(redis, channel);
    await waitFor(() => echo.subscribedCount === 1);
    await (await cluster.ownerOf(channel)).kill();
    await waitFor(() => echo.disconnectedCount === 1);
    await waitFor(() => echo.subscribedCount === 2);
    await waitFor(() => echo.isDelivered());
    await redis.close();
  });
});
