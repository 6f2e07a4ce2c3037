import { Logger } from '@nestjs/common';
import { randomHex } from '#kernel';
import { RedisConnection } from '#redis';
import { FaultProxy, RedisServer, testRedisUrl, waitFor } from '#testing';
import {
  changeBusContract,
  changeOf,
  recordChanges,
  subscribeRecorder,
} from '../../testing/change-bus.contract.js';
import { RedisBus } from './redis-bus.js';

Logger.overrideLogger(false);

const opened: { close(): Promise<void> }[] = [];

function member(channel: string, url = testRedisUrl()): RedisBus {
  const redis = new RedisConnection(url);
  const bus = new RedisBus(redis, channel);
  opened.push(bus, redis);
  return bus;
}

async function proxy(): Promise<FaultProxy> {
  const link = await FaultProxy.forTarget(testRedisUrl());
  opened.unshift(link);
  return link;
}

const aChannel = () => `attune-test:${randomHex(8)}`;

/** A member over a link that the test can break, and one with a working link. */
async function aPair() {
  const link = await proxy();
  const channel = aChannel();
  const bus = member(channel, link.url);
  const other = member(channel);
  return {
    link,
    bus,
    other,
    listener: await subscribeRecorder(bus),
    otherReceived: await recordChanges(other),
  };
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

describe('RedisBus', () => {
  changeBusContract(async () => {
    const channel = aChannel();
    return { left: member(channel), right: member(channel) };
  });
});

describe('RedisBus on a shared channel', () => {
  it.each(['no json', '{}', '{"from":"x","changes":[{"kind":"k","key":"a","version":-1}]}'])(
    'ignores and counts the malformed message %s',
    async (text) => {
      const channel = aChannel();
      const bus = member(channel);
      const received = await recordChanges(bus);
      const stranger = new RedisConnection(testRedisUrl());
      opened.push(stranger);
      await stranger.publish(channel, text);
      await member(channel).publish([changeOf('a', 1)]);
      await waitFor(() => received.length === 1);
      expect(bus.counters).toMatchObject({ malformed: 1, received: 1 });
    },
  );
});

interface LinkFailure {
  readonly name: string;
  begin(link: FaultProxy): void;
  /** From then on, new connections work. */
  end(link: FaultProxy): Promise<void> | void;
}

const linkFailures: readonly LinkFailure[] = [
  { name: 'cut', begin: (link) => link.cut(), end: (link) => link.restore() },
  // Half-open connections stay half open: what they held back never arrives.
  { name: 'half open', begin: (link) => link.freeze(), end: (link) => link.abandonConnections() },
];

describe.each(linkFailures)('RedisBus over a link that is $name', ({ begin, end }) => {
  it('reports degraded, and connected again once a new link works', async () => {
    const { link, bus, other, listener } = await aPair();
    begin(link);
    await waitFor(() => bus.state === 'degraded');
    expect(listener.connectionEvents).toEqual(['connected', 'degraded']);
    await other.publish([changeOf('missed', 1)]);
    await end(link);
    await waitFor(() => bus.state === 'connected');
    expect(listener.connectionEvents).toEqual(['connected', 'degraded', 'connected']);
    expect(listener.receivedChanges).toEqual([]);
    await other.publish([changeOf('a', 1)]);
    await waitFor(() => listener.receivedChanges.length === 1);
  });

  it('publishes postponed changes once it is connected again', async () => {
    const { link, bus, otherReceived } = await aPair();
    begin(link);
    await bus.publish([changeOf('before', 1)]);
    await waitFor(() => bus.state === 'degraded');
    await bus.publish([changeOf('while degraded', 1)]);
    expect(bus.counters).toMatchObject({ published: 0, failed: expect.any(Number), postponed: 2 });
    await end(link);
    await waitFor(() => otherReceived.length >= 2);
    expect(new Set(otherReceived.map(({ key }) => key))).toEqual(new Set(['before', 'while degraded']));
  });

  it('starts without Redis, and connects when Redis is reachable', async () => {
    const link = await proxy();
    begin(link);
    const bus = member(aChannel(), link.url);
    const listener = await subscribeRecorder(bus);
    expect(listener.connectionEvents).toEqual([]);
    await end(link);
    await waitFor(() => bus.state === 'connected');
  });

  it('closes while the link is broken', async () => {
    const { link, bus } = await aPair();
    begin(link);
    await bus.close();
    expect(bus.state).toBe('degraded');
  });
});

describe('RedisBus over a slow link', () => {
  it('connects and receives changes', async () => {
    const link = await proxy();
    link.delay(150);
    const channel = aChannel();
    const bus = member(channel, link.url);
    const listener = await subscribeRecorder(bus);
    await waitFor(() => bus.state === 'connected');
    await member(channel).publish([changeOf('a', 1)]);
    await waitFor(() => listener.receivedChanges.length === 1);
    expect(bus.counters.doubts).toBe(0);
  });
});

describe('RedisBus when Redis fails', () => {
  let server: RedisServer;

  beforeEach(async () => {
    server = await RedisServer.start();
    opened.unshift({ close: () => server.stop() });
  });

  it('connects again after Redis was killed and restarted', async () => {
    const bus = member('attune:changes', server.url);
    const listener = await subscribeRecorder(bus);
    const other = member('attune:changes', server.url);
    const received = await recordChanges(other);
    await server.kill();
    await waitFor(() => bus.state === 'degraded');
    await bus.publish([changeOf('meanwhile', 1)]);
    await server.restart();
    await waitFor(() => bus.counters.published === 1);
    // A member that reconnects later finds the change in the feed.
    await waitFor(() => other.state === 'connected');
    await bus.publish([changeOf('afterwards', 1)]);
    await waitFor(() => received.some(({ key }) => key === 'afterwards'));
    expect(listener.connectionEvents).toEqual(['connected', 'degraded', 'connected']);
  });

  it('reports degraded while Redis is paused, and connected when Redis continues', async () => {
    const bus = member('attune:changes', server.url);
    await subscribeRecorder(bus);
    server.pause();
    await waitFor(() => bus.state === 'degraded');
    await bus.publish([changeOf('a', 1)]);
    server.resume();
    await waitFor(() => bus.counters.published === 1);
    expect(bus.state).toBe('connected');
  });
});
