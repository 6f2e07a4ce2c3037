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

/** A member over a link that can fail, and one whose link stands. */
async function aPair() {
  const link = await proxy();
  const channel = aChannel();
  const bus = member(channel, link.url);
  const other = member(channel);
  return { link, bus, other, listener: await subscribeRecorder(bus), otherHeard: await recordChanges(other) };
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

describe('RedisBus, on a shared channel', () => {
  it.each(['no json', '{}', '{"from":"x","changes":[{"kind":"k","key":"a","version":-1}]}'])(
    'ignores and counts %s',
    async (text) => {
      const channel = aChannel();
      const bus = member(channel);
      const heard = await recordChanges(bus);
      const stranger = new RedisConnection(testRedisUrl());
      opened.push(stranger);
      await stranger.publish(channel, text);
      await member(channel).publish([changeOf('a', 1)]);
      await waitFor(() => heard.length === 1);
      expect(bus.counters).toMatchObject({ malformed: 1, received: 1 });
    },
  );
});

interface Fault {
  readonly name: string;
  begin(link: FaultProxy): void;
  /** New connections pass from then on. */
  end(link: FaultProxy): Promise<void> | void;
}

const faults: readonly Fault[] = [
  { name: 'cut', begin: (link) => link.cut(), end: (link) => link.restore() },
  // What was half open stays so for ever: what it held back never comes.
  { name: 'half open', begin: (link) => link.freeze(), end: (link) => link.abandonConnections() },
];

describe.each(faults)('RedisBus, over a link that fails: $name', ({ begin, end }) => {
  it('comes into doubt, and is proven once it hears over a new link', async () => {
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

  it('publishes afterwards what it could not publish meanwhile', async () => {
    const { link, bus, otherHeard } = await aPair();
    begin(link);
    await bus.publish([changeOf('before the doubt', 1)]);
    await waitFor(() => bus.state === 'degraded');
    await bus.publish([changeOf('in doubt', 1)]);
    expect(bus.counters).toMatchObject({ published: 0, failed: expect.any(Number), postponed: 2 });
    await end(link);
    await waitFor(() => otherHeard.length >= 2);
    expect(new Set(otherHeard.map(({ key }) => key))).toEqual(new Set(['before the doubt', 'in doubt']));
  });

  it('starts without Redis, and is proven when that comes', async () => {
    const link = await proxy();
    begin(link);
    const bus = member(aChannel(), link.url);
    const listener = await subscribeRecorder(bus);
    expect(listener.connectionEvents).toEqual([]);
    await end(link);
    await waitFor(() => bus.state === 'connected');
  });

  it('closes meanwhile', async () => {
    const { link, bus } = await aPair();
    begin(link);
    await bus.close();
    expect(bus.state).toBe('degraded');
  });
});

describe('RedisBus, over a slow link', () => {
  it('is proven and hears', async () => {
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

describe('RedisBus, when Redis itself fails', () => {
  let server: RedisServer;

  beforeEach(async () => {
    server = await RedisServer.start();
    opened.unshift({ close: () => server.stop() });
  });

  it('is proven again after Redis was killed and started again', async () => {
    const bus = member('attune:changes', server.url);
    const listener = await subscribeRecorder(bus);
    const other = member('attune:changes', server.url);
    const heard = await recordChanges(other);
    await server.kill();
    await waitFor(() => bus.state === 'degraded');
    await bus.publish([changeOf('meanwhile', 1)]);
    await server.restart();
    await waitFor(() => bus.counters.published === 1);
    // Who comes back later than that finds it in the feed.
    await waitFor(() => other.state === 'connected');
    await bus.publish([changeOf('afterwards', 1)]);
    await waitFor(() => heard.some(({ key }) => key === 'afterwards'));
    expect(listener.connectionEvents).toEqual(['connected', 'degraded', 'connected']);
  });

  it('is in doubt while Redis is paused, and proven when that goes on', async () => {
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
