import {
  LastKnownGoodStore,
  type LastKnownGood,
  createLastKnownGoodCounters,
} from './last-known-good-store.js';
import { LastKnownGoodWriter } from './last-known-good-writer.js';

type Batch = readonly (LastKnownGood & { readonly key: string })[];

/** Records the batches it gets; a save resolves when the test says so. */
class GatedLastKnownGoodStore extends LastKnownGoodStore {
  override readonly counters = createLastKnownGoodCounters();
  readonly batches: [kind: string, batch: Batch][] = [];
  private gate: Promise<void> = Promise.resolve();

  holdSaves(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.gate = promise;
    return resolve;
  }

  override save(kind: string, batch: Batch): Promise<void> {
    this.batches.push([kind, batch]);
    return this.gate;
  }

  override find(): Promise<ReadonlyMap<string, LastKnownGood>> {
    return Promise.resolve(new Map());
  }
}

const one = { version: 1, value: 'one' };
const two = { version: 2, value: 'two' };

describe('LastKnownGoodWriter', () => {
  let store: GatedLastKnownGoodStore;
  let writer: LastKnownGoodWriter;

  beforeEach(() => {
    jest.useFakeTimers();
    store = new GatedLastKnownGoodStore();
    writer = new LastKnownGoodWriter(store);
  });

  afterEach(async () => {
    await writer.close();
    jest.useRealTimers();
  });

  it('saves after a delay, and only the newest copy of a key', async () => {
    writer.enqueue('plan', 'pro', one);
    writer.enqueue('plan', 'pro', two);
    writer.enqueue('plan', 'pro', one);
    writer.enqueue('tenant', 'pro', one);
    expect(store.batches).toEqual([]);
    await jest.advanceTimersByTimeAsync(50);
    expect(store.batches).toEqual([
      ['plan', [{ key: 'pro', ...two }]],
      ['tenant', [{ key: 'pro', ...one }]],
    ]);
    await jest.advanceTimersByTimeAsync(500);
    expect(store.batches).toHaveLength(2);
  });

  it('saves deletions like values', async () => {
    writer.enqueue('plan', 'pro', { version: 3, value: null });
    await jest.advanceTimersByTimeAsync(50);
    expect(store.batches).toEqual([['plan', [{ key: 'pro', version: 3, value: null }]]]);
  });

  it('saves many copies in batches with pauses, one batch of a kind at a time', async () => {
    for (let index = 0; index < 1_200; index += 1) writer.enqueue('plan', `key-${index}`, one);
    const sizes = (): number[] => store.batches.map(([, batch]) => batch.length);
    const release = store.holdSaves();
    await jest.advanceTimersByTimeAsync(500);
    expect(sizes()).toEqual([500]);
    release();
    await jest.advanceTimersByTimeAsync(49);
    expect(sizes()).toEqual([500]);
    await jest.advanceTimersByTimeAsync(51);
    expect(sizes()).toEqual([500, 500, 200]);
  });

  it('pauses even if more copies arrive while it saves', async () => {
    writer.enqueue('plan', 'first', one);
    const release = store.holdSaves();
    await jest.advanceTimersByTimeAsync(50);
    writer.enqueue('plan', 'second', one);
    release();
    await jest.advanceTimersByTimeAsync(1);
    expect(store.batches).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(50);
    expect(store.batches).toHaveLength(2);
  });

  it('saves everything before close resolves, including the running batch', async () => {
    for (let index = 0; index < 501; index += 1) writer.enqueue('plan', `key-${index}`, one);
    const release = store.holdSaves();
    await jest.advanceTimersByTimeAsync(50);
    let isClosed = false;
    const closed = writer.close().then(() => (isClosed = true));
    await jest.advanceTimersByTimeAsync(100);
    expect(isClosed).toBe(false);
    release();
    await closed;
    expect(store.batches.map(([, batch]) => batch.length)).toEqual([500, 1]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('keeps copies pending while the store is not writable', async () => {
    jest.useFakeTimers();
    const gated = new GatedLastKnownGoodStore();
    let isWritable = false;
    const waiting = new LastKnownGoodWriter(gated, () => isWritable);
    waiting.enqueue('credential', 'revoked', { version: 2, value: null });
    await jest.advanceTimersByTimeAsync(10_000);
    expect(gated.batches).toEqual([]);
    isWritable = true;
    await jest.advanceTimersByTimeAsync(100);
    expect(gated.batches).toEqual([['credential', [{ key: 'revoked', version: 2, value: null }]]]);
    await waiting.close();
    jest.useRealTimers();
  });

  it('discards pending copies on request', async () => {
    writer.enqueue('plan', 'pro', one);
    writer.discardPending();
    await jest.advanceTimersByTimeAsync(50);
    expect(store.batches).toEqual([]);
  });
});
