import { createBusCounters } from '../bus/change-bus.js';
import { RedisLastKnownGoodStore } from './redis-last-known-good-store.js';

/** A fake Redis that answers each chunk as the test says. */
class FakeRedis {
  readonly chunks: number[] = [];
  reply: 'ok' | 'never' | 'error' = 'ok';

  async readAll(keys: readonly string[]): Promise<(string | Error)[]> {
    return this.answerChunk(keys, '{"version":1,"value":1}');
  }

  async runAll(_script: unknown, calls: readonly unknown[]): Promise<unknown[]> {
    return this.answerChunk(calls, 1);
  }

  private answerChunk<T>(items: readonly unknown[], answer: T): Promise<(T | Error)[]> {
    this.chunks.push(items.length);
    if (this.reply === 'never') return new Promise(() => undefined);
    return Promise.resolve(items.map(() => (this.reply === 'ok' ? answer : new Error('down'))));
  }
}

const manyKeys = Array.from({ length: 250 }, (_, index) => String(index));
const manyEntries = manyKeys.map((key) => ({ key, version: 1, value: 1 }));

let redis: FakeRedis;
let bus: { state: 'connected' | 'degraded' };
let store: RedisLastKnownGoodStore;

beforeEach(() => {
  redis = new FakeRedis();
  bus = { ...createBusCounters(), state: 'connected' };
  store = new RedisLastKnownGoodStore(redis, bus);
});

describe('RedisLastKnownGoodStore', () => {
  it('sends commands in chunks', async () => {
    await store.save('plan', manyEntries);
    expect((await store.find('plan', manyKeys)).size).toBe(250);
    expect(redis.chunks).toEqual([100, 100, 50, 100, 100, 50]);
  });

  it('sends big copies in smaller chunks', async () => {
    const value = 'x'.repeat(200_000);
    await store.save(
      'plan',
      manyKeys.slice(0, 7).map((key) => ({ key, version: 1, value })),
    );
    expect(redis.chunks).toEqual([3, 3, 1]);
  });

  it('sends no command while the bus is degraded', async () => {
    bus.state = 'degraded';
    await store.save('plan', manyEntries);
    expect((await store.find('plan', manyKeys)).size).toBe(0);
    expect(redis.chunks).toEqual([]);
    expect(store.counters).toMatchObject({ kept: 0, lost: 250, missing: 250 });
  });

  it('counts what Redis rejects', async () => {
    redis.reply = 'error';
    await store.save('plan', manyEntries);
    expect((await store.find('plan', manyKeys)).size).toBe(0);
    expect(store.counters).toMatchObject({ kept: 0, lost: 250, found: 0, missing: 250 });
  });

  it('does not save copies beyond twenty thousand pending ones', async () => {
    redis.reply = 'never';
    const bulk = Array.from({ length: 15_000 }, (_, index) => ({ key: String(index), version: 1, value: 1 }));
    void store.save('plan', bulk);
    void store.save('plan', bulk);
    await store.save('plan', [{ key: 'a', version: 1, value: 1 }]);
    expect(store.counters.lost).toBe(1);
  });
});

describe('RedisLastKnownGoodStore over a silent Redis', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('finds nothing after 100 ms', async () => {
    redis.reply = 'never';
    const size = jest.fn();
    void store.find('plan', manyKeys).then((found) => size(found.size));
    await jest.advanceTimersByTimeAsync(99);
    expect(size).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect(size).toHaveBeenCalledWith(0);
    expect(jest.getTimerCount()).toBe(0);
  });
});
