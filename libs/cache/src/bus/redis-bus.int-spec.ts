import { Logger } from '@nestjs/common';
import { randomHex } from '#kernel';
import { RedisConnection } from '#redis';
import { testRedisUrl, waitFor } from '#testing';
import { changeBusContract, changeOf, hearing } from '../../testing/change-bus.contract.js';
import { LinkProxy } from '../../testing/link-proxy.js';
import { RedisBus } from './redis-bus.js';

Logger.overrideLogger(false);

const opened: { close(): Promise<void> }[] = [];

function member(channel: string, url = testRedisUrl()): RedisBus {
  const redis = new RedisConnection(url);
  opened.push(redis);
  return new RedisBus(redis, channel);
}

async function proxy(): Promise<LinkProxy> {
  const link = await LinkProxy.to(testRedisUrl());
  opened.unshift(link);
  return link;
}

const aChannel = () => `attune-test:${randomHex(8)}`;

afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

describe('RedisBus', () => {
  changeBusContract(async () => {
    const channel = aChannel();
    return { left: member(channel), right: member(channel) };
  });
});

describe('RedisBus, on a shared channel', () => {
  it.each(['no json', '{}', '{"from":"x","changes":[{"kind":"k","key":"a","version":-1}]}'])(
    'ignores and counts %s',
    async (text) => {
      const channel = aChannel();
      const bus = member(channel);
      const heard = await hearing(bus);
      const stranger = new RedisConnection(testRedisUrl());
      opened.push(stranger);
      await stranger.publish(channel, text);
      await member(channel).publish([changeOf('a', 1)]);
      await waitFor(() => heard.length === 1);
      expect(bus.counters).toMatchObject({ malformed: 1, received: 1 });
    },
  );
});

describe('RedisBus, over a link that fails', () => {
  it('says after the link is back that changes may have been missed', async () => {
    const link = await proxy();
    const bus = member(aChannel(), link.url);
    let missed = 0;
    await bus.subscribe({
      heard: () => undefined,
      doubted: () => undefined,
      proven: () => void (missed += 1),
    });
    expect(missed).toBe(1);
    link.cut();
    await waitFor(() => bus.counters.lost === 1);
    link.restore();
    await waitFor(() => missed === 2);
  });

  it('goes on hearing the others after the link is back', async () => {
    const link = await proxy();
    const channel = aChannel();
    const bus = member(channel, link.url);
    const heard = await hearing(bus);
    const other = member(channel);
    link.cut();
    await waitFor(() => bus.counters.lost === 1);
    link.restore();
    let version = 0;
    await waitFor(async () => {
      await other.publish([changeOf('a', (version += 1))]);
      return heard.length > 0;
    });
  });

  it.each(['cut', 'leaveHalfOpen'] as const)(
    'neither throws nor forgets what it publishes when the link is %s',
    async (fault) => {
      const link = await proxy();
      const channel = aChannel();
      const heard = await hearing(member(channel));
      const bus = member(channel, link.url);
      await bus.publish([changeOf('before', 1)]);
      await waitFor(() => heard.length === 1);
      link[fault]();
      await bus.publish([changeOf('meanwhile', 1)]);
      await bus.publish([changeOf('meanwhile', 2)]);
      expect(bus.counters.failed).toBeGreaterThan(0);
      expect(heard).toHaveLength(1);
      link.restore();
      await waitFor(() => heard.some(({ key, version }) => key === 'meanwhile' && version === 2));
    },
  );

  it('starts without Redis and subscribes when it comes', async () => {
    const link = await proxy();
    link.cut();
    const channel = aChannel();
    const bus = member(channel, link.url);
    let missed = 0;
    await bus.subscribe({
      heard: () => undefined,
      doubted: () => undefined,
      proven: () => void (missed += 1),
    });
    expect(missed).toBe(0);
    link.restore();
    await waitFor(() => missed === 1);
  });

  it('closes while Redis is away', async () => {
    const link = await proxy();
    const bus = member(aChannel(), link.url);
    await hearing(bus);
    link.cut();
    await waitFor(() => bus.counters.lost === 1);
    await bus.close();
  });
});
