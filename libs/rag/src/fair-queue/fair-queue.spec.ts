import { setImmediate } from 'node:timers/promises';
import { FairQueue } from './fair-queue.js';

describe('FairQueue', () => {
  const ends: (() => void)[] = [];
  let started: string[];

  beforeEach(() => {
    started = [];
    ends.length = 0;
  });

  function add(queue: FairQueue, tenantId: string, name: string, signal?: AbortSignal): Promise<string> {
    const work = (): Promise<string> => {
      started.push(name);
      return new Promise((resolve) => ends.push(() => resolve(name)));
    };
    return queue.run(tenantId, work, signal);
  }

  async function endNext(): Promise<void> {
    ends.shift()!();
    await setImmediate();
  }

  it('the next turn goes to another tenant, however much work the first one has in the queue', async () => {
    const queue = new FairQueue({ maxRunning: 1, maxRunningPerTenant: 1 });
    for (const name of ['a1', 'a2', 'a3', 'a4']) void add(queue, 'a', name);
    void add(queue, 'b', 'b1');
    void add(queue, 'b', 'b2');
    void add(queue, 'c', 'c1');
    for (let turn = 0; turn < 7; turn += 1) {
      await setImmediate();
      await endNext();
    }
    expect(started).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
  });

  it('the queue runs no more work than its limits allow, in all and for one tenant', async () => {
    const queue = new FairQueue({ maxRunning: 3, maxRunningPerTenant: 2 });
    for (const name of ['a1', 'a2', 'a3']) void add(queue, 'a', name);
    await setImmediate();
    expect(started).toEqual(['a1', 'a2']);
    for (const name of ['b1', 'b2']) void add(queue, 'b', name);
    await setImmediate();
    expect(started).toEqual(['a1', 'a2', 'b1']);
    await endNext();
    expect(started).toHaveLength(4);
  });

  it('the queue drops waiting work when its signal aborts, and refuses work whose signal has aborted', async () => {
    const queue = new FairQueue({ maxRunning: 1, maxRunningPerTenant: 1 });
    const client = new AbortController();
    void add(queue, 'a', 'a1');
    const dropped = add(queue, 'a', 'a2', client.signal);
    void add(queue, 'a', 'a3');
    await setImmediate();
    client.abort(new Error('The client left.'));
    await expect(dropped).rejects.toThrow('The client left.');
    await expect(add(queue, 'a', 'a4', client.signal)).rejects.toThrow('The client left.');
    await endNext();
    expect(started).toEqual(['a1', 'a3']);
  });

  it('the queue goes on with the next turn after work that fails, and returns what the work returns', async () => {
    const queue = new FairQueue({ maxRunning: 1, maxRunningPerTenant: 1 });
    await expect(queue.run('a', () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await queue.run('a', () => Promise.resolve(7))).toBe(7);
  });
});
