import { setImmediate } from 'node:timers/promises';
import { neverAborted, queryFixture } from '../../../testing/query/query-fixture.js';
import { FakeMetering } from '../../../testing/query/fake-metering.js';
import { aModelQueue } from '../../../testing/llm/model-call-builders.js';
import { Deadline } from './deadline.js';

const oneAtOnce = { modelCallsAtOnce: 1 };

describe('ModelQueue', () => {
  it('a query waits until another one of its tenant has its whole answer, and reserves nothing meanwhile', async () => {
    const metering = new FakeMetering();
    const { ask, stream } = queryFixture({ environment: oneAtOnce, metering });
    const { events } = await stream();
    const reader = events[Symbol.asyncIterator]();
    await reader.next();
    let isAnswered = false;
    const waiting = ask().then(() => (isAnswered = true));
    await setImmediate();
    expect([isAnswered, metering.admitted.length]).toEqual([false, 1]);
    while (!(await reader.next()).done);
    await waiting;
    expect([metering.admitted.length, metering.settlements.length]).toEqual([2, 2]);
  });

  it('a client that stops reading its stream ends the turn', async () => {
    const { ask, stream } = queryFixture({ environment: oneAtOnce });
    const { events } = await stream();
    const reader = events[Symbol.asyncIterator]();
    await reader.next();
    const waiting = ask();
    await reader.return!(undefined);
    await expect(waiting).resolves.toMatchObject({ model_used: 'gpt-4' });
  });

  it('a query that is refused or fails ends the turn', async () => {
    const metering = new FakeMetering();
    const { ask } = queryFixture({ environment: oneAtOnce, metering });
    metering.settlementError = new Error('The ledger is full.') as never;
    await expect(ask()).rejects.toThrow('The ledger is full.');
    metering.settlementError = null;
    metering.admissionError = new Error('The quota is spent.') as never;
    await expect(ask()).rejects.toThrow('The quota is spent.');
    metering.admissionError = null;
    await expect(ask()).resolves.toMatchObject({ model_used: 'gpt-4' });
  });

  it('a query whose deadline passes, or whose client leaves, leaves the queue without an attempt', async () => {
    const queue = aModelQueue(oneAtOnce);
    const endTurn = await queue.waitForTurn('acme-law', new Deadline(30_000, neverAborted));
    const late = queue.waitForTurn('acme-law', new Deadline(5, neverAborted));
    await expect(late).rejects.toMatchObject({ slug: 'upstream-timeout', attempts: [] });
    const client = new AbortController();
    const left = queue.waitForTurn('acme-law', new Deadline(30_000, client.signal));
    client.abort();
    await expect(left).rejects.toMatchObject({ slug: 'upstream-failed', attempts: [] });
    expect(queue.queue.size).toEqual({ running: 1, waiting: 0 });
    endTurn();
    expect(queue.queue.size).toEqual({ running: 0, waiting: 0 });
  });
});
