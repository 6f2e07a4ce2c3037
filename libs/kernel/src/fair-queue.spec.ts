import { setImmediate } from 'node:timers/promises';
import { RateLimitedError } from './domain-error.js';
import { FairQueue, type TurnOptions, TurnTimeoutError } from './fair-queue.js';

describe('FairQueue', () => {
  const ends: (() => void)[] = [];
  let started: string[];

  beforeEach(() => {
    started = [];
    ends.length = 0;
  });

  function add(queue: FairQueue, tenantId: string, name: string, options?: TurnOptions): Promise<string> {
    const work = (): Promise<string> => {
      started.push(name);
      return new Promise((resolve) => ends.push(() => resolve(name)));
    };
    return queue.run(tenantId, work, options);
  }

  async function endNext(): Promise<void> {
    ends.shift()!();
    await setImmediate();
  }

  it('the next turn goes to another tenant, however much work the first one has in the queue', async () => {
    const queue = new FairQueue({ maxRunning: 1 });
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

  it('a tenant with 1,000 waiting pieces of work does not hold up the first one of another tenant', async () => {
    const queue = new FairQueue({ maxRunning: 4 });
    for (let count = 1; count <= 1_003; count += 1) void add(queue, 'a', `a${count}`);
    await setImmediate();
    expect(queue.size).toEqual({ running: 3, waiting: 1_000 });
    void add(queue, 'b', 'b1');
    void add(queue, 'c', 'c1');
    await setImmediate();
    expect(started).toEqual(['a1', 'a2', 'a3', 'b1']);
    await endNext();
    await endNext();
    expect(started.slice(4)).toEqual(['a4', 'c1']);
  });

  it('a tenant gets at most three quarters of the places, also while no other tenant works', async () => {
    const queue = new FairQueue({ maxRunning: 10 });
    for (let count = 1; count <= 10; count += 1) void add(queue, 'a', `a${count}`);
    expect(queue.size).toEqual({ running: 7, waiting: 3 });
    for (let count = 1; count <= 10; count += 1) void add(queue, 'b', `b${count}`);
    expect(queue.size).toEqual({ running: 10, waiting: 10 });
    await setImmediate();
    await endNext();
    await endNext();
    expect(started.slice(-2)).toEqual(['a8', 'b4']);
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

  it('the queue refuses the work of a tenant that has too much of it waiting, and takes that of another', async () => {
    const queue = new FairQueue({ maxRunning: 1, maxWaitingPerTenant: 2 });
    for (const name of ['a1', 'a2', 'a3']) void add(queue, 'a', name);
    const refused = add(queue, 'a', 'a4');
    await expect(refused).rejects.toBeInstanceOf(RateLimitedError);
    await expect(refused).rejects.toMatchObject({ details: { limit: 2, remaining: 0, retry_after_s: 1 } });
    void add(queue, 'b', 'b1');
    expect(queue.size).toEqual({ running: 1, waiting: 3 });
    await endNext();
    void add(queue, 'a', 'a5');
    expect(queue.size).toEqual({ running: 1, waiting: 3 });
  });

  it('the queue drops waiting work when its signal aborts, and refuses work whose signal has aborted', async () => {
    const queue = new FairQueue({ maxRunning: 1 });
    const client = new AbortController();
    void add(queue, 'a', 'a1');
    const dropped = add(queue, 'a', 'a2', { signal: client.signal });
    void add(queue, 'a', 'a3');
    await setImmediate();
    client.abort(new Error('The client left.'));
    await expect(dropped).rejects.toThrow('The client left.');
    await expect(add(queue, 'a', 'a4', { signal: client.signal })).rejects.toThrow('The client left.');
    await endNext();
    expect(started).toEqual(['a1', 'a3']);
    await endNext();
    expect(queue.size).toEqual({ running: 0, waiting: 0 });
  });

  it('the queue drops work that has waited as long as it may', async () => {
    const queue = new FairQueue({ maxRunning: 1 });
    void add(queue, 'a', 'a1');
    await expect(add(queue, 'a', 'a2', { timeoutMs: 5 })).rejects.toBeInstanceOf(TurnTimeoutError);
    void add(queue, 'a', 'a3', { timeoutMs: 60_000 });
    await endNext();
    expect(started).toEqual(['a1', 'a3']);
  });

  it('the queue drops all waiting work at once, and the work that runs goes on', async () => {
    const queue = new FairQueue({ maxRunning: 1 });
    const running = add(queue, 'a', 'a1');
    const waiting = [add(queue, 'a', 'a2'), add(queue, 'b', 'b1'), add(queue, 'c', 'c1', { isUrgent: true })];
    queue.dropWaiting(new Error('There is an outage.'));
    for (const each of waiting) await expect(each).rejects.toThrow('There is an outage.');
    expect(queue.size).toEqual({ running: 1, waiting: 0 });
    await endNext();
    await expect(running).resolves.toBe('a1');
    expect(queue.size).toEqual({ running: 0, waiting: 0 });
  });

  it('urgent work gets the next free place, also beyond the share of its tenant', async () => {
    const queue = new FairQueue({ maxRunning: 2, maxRunningPerTenant: 1 });
    void add(queue, 'a', 'a1');
    void add(queue, 'a', 'a2', { isUrgent: true });
    void add(queue, 'b', 'b1');
    void add(queue, 'c', 'c1', { isUrgent: true });
    await setImmediate();
    await endNext();
    expect(started).toEqual(['a1', 'a2', 'c1']);
    await endNext();
    expect(started).toEqual(['a1', 'a2', 'c1', 'b1']);
  });

  it('the queue goes on with the next turn after work that fails, and returns what the work returns', async () => {
    const queue = new FairQueue({ maxRunning: 1 });
    await expect(queue.run('a', () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await queue.run('a', () => Promise.resolve(7))).toBe(7);
  });

  it('a turn that is ended twice counts once', async () => {
    const queue = new FairQueue({ maxRunning: 2 });
    const endTurn = await queue.waitForTurn('a');
    await queue.waitForTurn('b');
    endTurn();
    endTurn();
    expect(queue.size.running).toBe(1);
    void add(queue, 'c', 'c1');
    void add(queue, 'c', 'c2');
    await setImmediate();
    expect(started).toEqual(['c1']);
  });

  it('after any mixture of work that ends, fails or is dropped, nothing runs or waits', async () => {
    const queue = new FairQueue({ maxRunning: 3 });
    let most = 0;
    const work = async (index: number): Promise<void> => {
      most = Math.max(most, queue.size.running);
      await setImmediate();
      if (index % 5 === 0) throw new Error('failed');
    };
    const runs = Array.from({ length: 500 }, (_, index) => {
      const leaving = new AbortController();
      if (index % 3 === 0) void setImmediate().then(() => leaving.abort(new Error('left')));
      const options = { signal: leaving.signal, isUrgent: index % 7 === 0 };
      return queue.run(`tenant-${index % 4}`, () => work(index), options);
    });
    await Promise.allSettled(runs);
    expect(queue.size).toEqual({ running: 0, waiting: 0 });
    expect(most).toBe(3);
  });
});
