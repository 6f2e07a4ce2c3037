import { Logger } from '@nestjs/common';
import { RedisConnection } from '#redis';
import { TestRedisCluster, TestRedisSentinel, waitFor, type RedisServer } from '#testing';
import { changeOf, subscribeRecorder } from '../../testing/change-bus.contract.js';
import { RedisBus } from './redis-bus.js';

Logger.overrideLogger(false);

interface Redis {
  readonly url: string;
}

const channel = 'attune:changes';
const opened: { close(): Promise<void> }[] = [];

function member({ url }: Redis): RedisBus {
  const redis = new RedisConnection(url);
  const bus = new RedisBus(redis, channel);
  opened.push(bus, redis);
  return bus;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

/** Expects both members to become degraded by `fault`, and to deliver what is published meanwhile and afterwards. */
async function expectToSurvive(redis: Redis, fault: () => Promise<void>): Promise<void> {
  const [left, right] = [member(redis), member(redis)];
  const [, listener] = [await subscribeRecorder(left), await subscribeRecorder(right)];
  expect([left.state, right.state]).toEqual(['connected', 'connected']);
  await fault();
  await waitFor(() => left.state === 'degraded');
  await left.publish([changeOf('meanwhile', 1)]);
  await waitFor(() => left.state === 'connected' && right.state === 'connected');
  let version = 0;
  const isReceived = (key: string) => listener.receivedChanges.some((change) => change.key === key);
  await waitFor(async () => {
    await left.publish([changeOf('afterwards', (version += 1))]);
    return isReceived('afterwards');
  });
  expect(listener.connectionEvents).toEqual(['connected', 'degraded', 'connected']);
}

describe('RedisBus in a Redis cluster', () => {
  let cluster: TestRedisCluster;
  let owner: RedisServer;

  beforeAll(async () => {
    cluster = await TestRedisCluster.start(channel);
    owner = await cluster.ownerOf(channel);
  });

  afterAll(async () => {
    await cluster.stop();
  });

  it('keeps its connection while another node of the cluster is down', async () => {
    const bus = member(cluster);
    await subscribeRecorder(bus);
    const [another] = await cluster.mastersWithout(channel);
    await another!.kill();
    await waitFor(async () => (await owner.command('cluster', 'info')).includes('cluster_state:fail'));
    await member(cluster).publish([changeOf('a', 1)]);
    await waitFor(() => bus.counters.received > 0);
    expect(bus.counters.doubts).toBe(0);
    await another!.restart();
    await waitFor(async () => (await owner.command('cluster', 'info')).includes('cluster_state:ok'));
  });

  it('recovers after the node of its channel was paused', () =>
    expectToSurvive(cluster, async () => owner.pause()));
});

describe('RedisBus with Redis Sentinel', () => {
  let watched: TestRedisSentinel;

  beforeEach(async () => {
    watched = await TestRedisSentinel.start();
  });

  afterEach(async () => {
    await watched.stop();
  });

  it('recovers after the master was paused', () =>
    expectToSurvive(watched, async () => watched.master.pause()));

  it('recovers after the master became a replica', () => expectToSurvive(watched, () => watched.failOver()));
});
