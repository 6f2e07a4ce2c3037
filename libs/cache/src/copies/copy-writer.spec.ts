import { Copies, type Copy, noCopyCounts } from './copies.js';
import { CopyWriter } from './copy-writer.js';

type Lot = readonly (Copy & { readonly key: string })[];

/** Writes down what it is to keep; a writing ends when the test says so. */
class HeldCopies extends Copies {
  override readonly counters = noCopyCounts();
  readonly lots: [kind: string, lot: Lot][] = [];
  private held: Promise<void> = Promise.resolve();

  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.held = promise;
    return resolve;
  }

  override keep(kind: string, lot: Lot): Promise<void> {
    this.lots.push([kind, lot]);
    return this.held;
  }

  override find(): Promise<ReadonlyMap<string, Copy>> {
    return Promise.resolve(new Map());
  }
}

const one = { version: 1, value: 'one' };
const two = { version: 2, value: 'two' };

describe('CopyWriter', () => {
  let copies: HeldCopies;
  let writer: CopyWriter;

  beforeEach(() => {
    jest.useFakeTimers();
    copies = new HeldCopies();
    writer = new CopyWriter(copies);
  });

  afterEach(async () => {
    await writer.close();
    jest.useRealTimers();
  });

  it('writes a little later, and of one key only the newest', async () => {
    writer.keep('plan', 'pro', one);
    writer.keep('plan', 'pro', two);
    writer.keep('plan', 'pro', one);
    writer.keep('tenant', 'pro', one);
    expect(copies.lots).toEqual([]);
    await jest.advanceTimersByTimeAsync(50);
    expect(copies.lots).toEqual([
      ['plan', [{ key: 'pro', ...two }]],
      ['tenant', [{ key: 'pro', ...one }]],
    ]);
    await jest.advanceTimersByTimeAsync(500);
    expect(copies.lots).toHaveLength(2);
  });

  it('writes that something is gone like anything else', async () => {
    writer.keep('plan', 'pro', { version: 3, value: null });
    await jest.advanceTimersByTimeAsync(50);
    expect(copies.lots).toEqual([['plan', [{ key: 'pro', version: 3, value: null }]]]);
  });

  it('writes many in lots, with a pause between them, one lot of a kind at a time', async () => {
    for (let index = 0; index < 1_200; index += 1) writer.keep('plan', `key-${index}`, one);
    const sizes = (): number[] => copies.lots.map(([, lot]) => lot.length);
    const release = copies.hold();
    await jest.advanceTimersByTimeAsync(500);
    expect(sizes()).toEqual([500]);
    release();
    await jest.advanceTimersByTimeAsync(49);
    expect(sizes()).toEqual([500]);
    await jest.advanceTimersByTimeAsync(51);
    expect(sizes()).toEqual([500, 500, 200]);
  });

  it('pauses also when more comes while it writes', async () => {
    writer.keep('plan', 'first', one);
    const release = copies.hold();
    await jest.advanceTimersByTimeAsync(50);
    writer.keep('plan', 'second', one);
    release();
    await jest.advanceTimersByTimeAsync(1);
    expect(copies.lots).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(50);
    expect(copies.lots).toHaveLength(2);
  });

  it('has written everything when it is closed, also what was being written', async () => {
    for (let index = 0; index < 501; index += 1) writer.keep('plan', `key-${index}`, one);
    const release = copies.hold();
    await jest.advanceTimersByTimeAsync(50);
    let isClosed = false;
    const closed = writer.close().then(() => (isClosed = true));
    await jest.advanceTimersByTimeAsync(100);
    expect(isClosed).toBe(false);
    release();
    await closed;
    expect(copies.lots.map(([, lot]) => lot.length)).toEqual([500, 1]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('keeps for later what cannot be written now', async () => {
    jest.useFakeTimers();
    const held = new HeldCopies();
    let isWritable = false;
    const patient = new CopyWriter(held, () => isWritable);
    patient.keep('credential', 'revoked', { version: 2, value: null });
    await jest.advanceTimersByTimeAsync(10_000);
    expect(held.lots).toEqual([]);
    isWritable = true;
    await jest.advanceTimersByTimeAsync(100);
    expect(held.lots).toEqual([['credential', [{ key: 'revoked', version: 2, value: null }]]]);
    await patient.close();
    jest.useRealTimers();
  });
});
