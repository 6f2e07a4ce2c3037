import { UnavailableError } from '#kernel';
import { BatchQueue, busy } from './batch-queue.js';

interface Input {
  readonly tenantId: string;
  readonly name: string;
}

const outage = new UnavailableError('The database cannot be reached.', 1);
const request = (name: string, tenantId = 'a'): Input => ({ tenantId, name });

/** A queue whose writer waits for the test, and returns the names of the requests as their results. */
class QueueUnderTest {
  readonly batches: { readonly names: string[]; readonly mayWait: boolean }[] = [];
  readonly lockedTenants = new Set<string>();
  private readonly failures = new Map<string, Error>();
  private gate = Promise.withResolvers<void>();
  readonly queue = new BatchQueue<Input, string>(async (inputs, mayWait) => {
    this.batches.push({ names: inputs.map(({ name }) => name), mayWait });
    const isLocked = ({ tenantId }: Input) => this.lockedTenants.has(tenantId);
    if (!mayWait || inputs.some(isLocked)) await this.gate.promise;
    const failure = inputs.map(({ name }) => this.failures.get(name)).find((error) => error !== undefined);
    if (failure) throw failure;
    return inputs.map((input) => (!mayWait && isLocked(input) ? busy : input.name));
  });

  runAll(inputs: readonly Input[]): Promise<string>[] {
    return inputs.map((input) => this.queue.run(input));
  }

  fail(name: string, error: Error): void {
    this.failures.set(name, error);
  }

  release(): void {
    this.gate.resolve();
  }

  get names(): string[][] {
    return this.batches.map(({ names }) => names);
  }
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('BatchQueue', () => {
  let test: QueueUnderTest;

  beforeEach(() => {
    test = new QueueUnderTest();
  });

  it('BatchQueue writes the requests of one turn together, and those that arrive meanwhile in the next batch', async () => {
    const first = test.runAll([request('a1'), request('b1', 'b'), request('a2')]);
    await nextTurn();
    const second = test.runAll([request('a3'), request('c1', 'c')]);
    await nextTurn();
    expect(test.names).toEqual([['a1', 'b1', 'a2']]);
    test.release();
    expect(await Promise.all([...first, ...second])).toEqual(['a1', 'b1', 'a2', 'a3', 'c1']);
    expect(test.names).toEqual([
      ['a1', 'b1', 'a2'],
      ['a3', 'c1'],
    ]);
  });

  it('BatchQueue lets tenants take turns when more requests wait than a batch holds', async () => {
    const many = Array.from({ length: 200 }, (_, index) => request(`a${index}`));
    test.release();
    await Promise.all(test.runAll([...many, request('b0', 'b'), request('b1', 'b')]));
    expect(test.names[0]!.slice(0, 5)).toEqual(['a0', 'b0', 'a1', 'b1', 'a2']);
    expect(test.names.map(({ length }) => length)).toEqual([64, 64, 64, 10]);
    expect(test.names.flat().filter((name) => name.startsWith('a'))).toEqual(many.map(({ name }) => name));
  });

  it('BatchQueue gives every request its own error, and writes the others', async () => {
    test.fail('a3', new Error('a fault of a3'));
    test.release();
    const names = ['a1', 'a2', 'a3', 'a4', 'a5'];
    const results = await Promise.allSettled(test.runAll(names.map((name) => request(name))));
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect(results[2]).toMatchObject({ reason: { message: 'a fault of a3' } });
  });

  it('BatchQueue fails everything that waits when the database is unavailable, and writes later requests', async () => {
    test.fail('a1', outage);
    const first = test.runAll([request('a1'), request('b1', 'b')]);
    await nextTurn();
    const waiting = test.runAll([request('a2'), request('c1', 'c')]);
    test.release();
    const results = await Promise.allSettled([...first, ...waiting]);
    expect(results).toEqual(Array.from({ length: 4 }, () => ({ status: 'rejected', reason: outage })));
    expect(test.names).toEqual([['a1', 'b1']]);
    await expect(test.queue.run(request('a3'))).resolves.toBe('a3');
  });

  it('BatchQueue writes the requests of a locked tenant by themselves, and the other tenants do not wait for them', async () => {
    test.lockedTenants.add('a');
    const [locked, other] = test.runAll([request('a1'), request('b1', 'b')]);
    test.release();
    await expect(other).resolves.toBe('b1');
    await expect(locked).resolves.toBe('a1');
    expect(test.batches).toEqual([
      { names: ['a1', 'b1'], mayWait: false },
      { names: ['a1'], mayWait: true },
    ]);
    await nextTurn();
    test.lockedTenants.clear();
    await test.queue.run(request('a2'));
    expect(test.batches.at(-1)).toEqual({ names: ['a2'], mayWait: false });
  });
});
