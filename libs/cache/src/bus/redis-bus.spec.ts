import { Logger } from '@nestjs/common';
import { changeOf, RecordingBusListener } from '../../testing/change-bus.contract.js';
import { ManualPubSub } from '../../testing/manual-pub-sub.js';
import { RedisBus } from './redis-bus.js';

Logger.overrideLogger(false);

let redis: ManualPubSub;
let bus: RedisBus;
let listener: RecordingBusListener;

beforeEach(() => {
  jest.useFakeTimers();
  redis = new ManualPubSub();
  bus = new RedisBus(redis);
  listener = new RecordingBusListener();
  void bus.subscribe(listener);
});

afterEach(async () => {
  await bus.close();
  jest.useRealTimers();
});

function connect(): void {
  redis.confirmSubscription();
  redis.deliverBeat();
}

/** False while the promise is pending. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(() => (settled = true));
  await jest.advanceTimersByTimeAsync(0);
  return settled;
}

describe('RedisBus connection state', () => {
  it('reports degraded until the subscription is confirmed and a beat came back', () => {
    expect(bus.state).toBe('degraded');
    redis.confirmSubscription();
    expect(listener.connectionEvents).toEqual([]);
    redis.deliverBeat();
    expect([bus.state, listener.connectionEvents]).toEqual(['connected', ['connected']]);
    expect(bus.counters.doubts).toBe(0);
  });

  it('ignores a beat while there is no subscription', () => {
    redis.deliverBeat();
    connect();
    redis.loseSubscription();
    redis.deliverBeat();
    expect(listener.connectionEvents).toEqual(['connected', 'degraded']);
  });

  it('reports degraded once after 1 s of silence, and reconnects', async () => {
    connect();
    await jest.advanceTimersByTimeAsync(999);
    expect(listener.connectionEvents).toEqual(['connected']);
    await jest.advanceTimersByTimeAsync(1);
    expect(listener.connectionEvents).toEqual(['connected', 'degraded']);
    expect(redis.reconnects).toBe(1);
    redis.loseSubscription();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(listener.connectionEvents).toEqual(['connected', 'degraded']);
    expect(redis.reconnects).toBe(1);
    connect();
    expect(listener.connectionEvents).toEqual(['connected', 'degraded', 'connected']);
    expect(bus.counters.doubts).toBe(1);
  });

  it('reconnects again if the new link is silent too', async () => {
    connect();
    await jest.advanceTimersByTimeAsync(1_000);
    redis.confirmSubscription();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(redis.reconnects).toBe(2);
    expect(listener.connectionEvents).toEqual(['connected', 'degraded']);
  });

  it('does not count a pause of its own process as silence', async () => {
    connect();
    for (let pause = 0; pause < 10; pause += 1) {
      // The process pauses for 5 s: then one timer fires, and after it the messages that arrived meanwhile are read.
      jest.setSystemTime(Date.now() + 5_000);
      await jest.advanceTimersByTimeAsync(250);
      redis.deliverBeat();
    }
    expect(listener.connectionEvents).toEqual(['connected']);
  });

  it('stops its timers and calls no listener after it was closed', async () => {
    connect();
    redis.condition = 'frozen';
    const publishing = bus.publish([changeOf('a', 1)]);
    await bus.close();
    await jest.advanceTimersByTimeAsync(100);
    await publishing;
    expect(jest.getTimerCount()).toBe(0);
    expect([bus.state, listener.connectionEvents]).toEqual(['degraded', ['connected']]);
  });

  it('sends four beats a second', async () => {
    connect();
    const before = redis.published.length;
    for (let beats = 0; beats < 8; beats += 1) {
      await jest.advanceTimersByTimeAsync(250);
      redis.deliverBeat();
    }
    expect(redis.published.length - before).toBe(8);
  });
});

describe('RedisBus.publish', () => {
  it('sends nothing while degraded, and publishes when connected', async () => {
    expect(await isSettled(bus.publish([changeOf('a', 1)]))).toBe(true);
    expect([redis.publishedChangeCount, bus.counters.postponed]).toEqual([0, 1]);
    connect();
    await jest.advanceTimersByTimeAsync(0);
    expect([redis.publishedChangeCount, bus.counters.published]).toEqual([1, 1]);
  });

  it('keeps changes unsent if a beat arrives before the subscription is confirmed again', async () => {
    connect();
    redis.loseSubscription();
    await bus.publish([changeOf('a', 1)]);
    redis.deliverBeat();
    await jest.advanceTimersByTimeAsync(0);
    expect([bus.state, redis.publishedChangeCount]).toEqual(['degraded', 0]);
    connect();
    await jest.advanceTimersByTimeAsync(0);
    expect([redis.publishedChangeCount, bus.counters.published]).toEqual([1, 1]);
  });

  it('waits 100 ms for a frozen Redis, and then not at all until a beat came back', async () => {
    connect();
    redis.condition = 'frozen';
    const first = bus.publish([changeOf('a', 1)]);
    await jest.advanceTimersByTimeAsync(99);
    expect(await isSettled(first)).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(await isSettled(first)).toBe(true);
    expect(await isSettled(bus.publish([changeOf('b', 1)]))).toBe(true);
    expect([redis.publishedChangeCount, bus.counters.failed]).toEqual([1, 1]);
    redis.condition = 'up';
    redis.deliverBeat();
    await jest.advanceTimersByTimeAsync(0);
    expect([redis.publishedChangeCount, bus.counters.published]).toEqual([2, 2]);
  });

  it('retries once per beat what Redis rejects', async () => {
    connect();
    redis.condition = 'down';
    await bus.publish([changeOf('a', 1)]);
    for (let beats = 0; beats < 3; beats += 1) {
      redis.deliverBeat();
      await jest.advanceTimersByTimeAsync(0);
    }
    expect([redis.publishedChangeCount, bus.counters.published]).toEqual([4, 0]);
  });

  it('postpones at most ten thousand changes, and counts the dropped ones', async () => {
    await bus.publish(Array.from({ length: 9_999 }, (_, index) => changeOf(String(index), 1)));
    await bus.publish([changeOf('a', 1), changeOf('b', 1)]);
    expect(bus.counters).toMatchObject({ postponed: 10_001, dropped: 1 });
    connect();
    await jest.advanceTimersByTimeAsync(0);
    expect(bus.counters.published).toBe(10_000);
  });

  it('resolves a subscription after 2 s if Redis does not answer', async () => {
    const subscribing = bus.subscribe(new RecordingBusListener());
    await jest.advanceTimersByTimeAsync(1_999);
    expect(await isSettled(subscribing)).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(await isSettled(subscribing)).toBe(true);
  });
});
