import {
  LastKnownGoodStore,
  type LastKnownGood,
  createLastKnownGoodCounters,
} from './last-known-good-store.js';
import { LastKnownGoodWriter } from './last-known-good-writer.js';

type Batch = readonly (LastKnownGood & { readonly key: string })[];

/** Writes down what it is to keep; a writing ends when the test says so. */
class GatedLastKnownGoodStore extends LastKnownGoodStore {
  override readonly counters = createLastKnownGoodCounters();
  readonly batches: [kind: string, lot: Batch][] = [];
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

describe('CopyWriter', () => {
  let copies: GatedLastKnownGoodStore;
  let writer: LastKnownGoodWriter;

  beforeEach(() => {
    jest.useFakeTimers();
    copies = new GatedLastKnownGoodStore();
    writer = new LastKnownGoodWriter(copies);
  });

  afterEach(async () => {
    await writer.close();
    jest.useRealTimers();
  });

  it('writes a little later, and of one key only the newest', async () => {
    writer.enqueue('plan', 'pro', one);
    writer.enqueue('plan', 'pro', two);
    writer.enqueue('plan', 'pro', one);
    writer.enqueue('tenant', 'pro', one);
    expect(copies.batches).toEqual([]);
    await jest.advanceTimersByTimeAsync(50);
    expect(copies.batches).toEqual([
      ['plan', [{ key: 'pro', ...two }]],
      ['tenant', [{ key: 'pro', ...one }]],
    ]);
    await jest.advanceTimersByTimeAsync(500);
    expect(copies.batches).toHaveLength(2);
  });

  it('writes that something is gone like anything else', async () => {
    writer.enqueue('plan', 'pro', { version: 3, value: null });
    await jest.advanceTimersByTimeAsync(50);
    expect(copies.batches).toEqual([['plan', [{ key: 'pro', version: 3, value: null }]]]);
  });

  it('writes many in lots, with a pause between them, one lot of a kind at a time', async () => {
    for (let index = 0; index < 1_200; index += 1) writer.enqueue('plan', `key-${index}`, one);
    const sizes = (): number[] => copies.batches.map(([, lot]) => lot.length);
    const release = copies.holdSaves();
    await jest.advanceTimersByTimeAsync(500);
    expect(sizes()).toEqual([500]);
    release();
    await jest.advanceTimersByTimeAsync(49);
    expect(sizes()).toEqual([500]);
    await jest.advanceTimersByTimeAsync(51);
    expect(sizes()).toEqual([500, 500, 200]);
  });

  it('pauses also when more comes while it writes', async () => {
    writer.enqueue('plan', 'first', one);
    const release = copies.holdSaves();
    await jest.advanceTimersByTimeAsync(50);
    writer.enqueue('plan', 'second', one);
    release();
    await jest.advanceTimersByTimeAsync(1);
    expect(copies.batches).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(50);
    expect(copies.batches).toHaveLength(2);
  });

  it('has written everything when it is closed, also what was being written', async () => {
    for (let index = 0; index < 501; index += 1) writer.enqueue('plan', `key-${index}`, one);
    const release = copies.holdSaves();
    await jest.advanceTimersByTimeAsync(50);
    let isClosed = false;
    const closed = writer.close().then(() => (isClosed = true));
    await jest.advanceTimersByTimeAsync(100);
    expect(isClosed).toBe(false);
    release();
    await closed;
    expect(copies.batches.map(([, lot]) => lot.length)).toEqual([500, 1]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('keeps for later what cannot be written now', async () => {
    jest.useFakeTimers();
    const held = new GatedLastKnownGoodStore();
    let isWritable = false;
    const patient = new LastKnownGoodWriter(held, () => isWritable);
    patient.enqueue('credential', 'revoked', { version: 2, value: null });
    await jest.advanceTimersByTimeAsync(10_000);
    expect(held.batches).toEqual([]);
    isWritable = true;
    await jest.advanceTimersByTimeAsync(100);
    expect(held.batches).toEqual([['credential', [{ key: 'revoked', version: 2, value: null }]]]);
    await patient.close();
    jest.useRealTimers();
  });

  it('discards pending copies on request', async () => {
    writer.enqueue('plan', 'pro', one);
    writer.discardPending();
    await jest.advanceTimersByTimeAsync(50);
    expect(copies.batches).toEqual([]);
  });
});
