import { AsyncLocalStorage } from 'node:async_hooks';
import { Logger } from '@nestjs/common';
import type { Change } from '../bus/change-bus.js';
import { aChange, ScriptedFeed } from '../../testing/scripted-feed.js';
import { ChangeFeedPoller } from './change-feed-poller.js';

Logger.overrideLogger(false);

/** A poller whose listener records its calls. */
function aNewPoller() {
  const feed = new ScriptedFeed();
  const events: unknown[] = [];
  const poller = new ChangeFeedPoller(feed, {
    onChanges: (changes: readonly Change[]) => events.push(...changes),
    onChangesMissed: (continuity) => events.push(continuity),
    onFeedRead: (isCurrent) => events.push(isCurrent),
  });
  /** Returns the calls so far, and removes them. */
  const takeEvents = (): unknown[] => events.splice(0);
  return { feed, poller, takeEvents };
}

/** A poller that has read the feed once, while the bus is connected. */
async function aRunningPoller() {
  const fixture = aNewPoller();
  await fixture.poller.poll();
  fixture.poller.setBusDegraded(false);
  await fixture.poller.poll();
  fixture.takeEvents();
  fixture.feed.readCalls = 0;
  return fixture;
}

beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] }));
afterEach(() => void jest.useRealTimers());

describe('ChangeFeedPoller', () => {
  it('reports a gap before the first reading', async () => {
    const { poller, takeEvents } = aNewPoller();
    await poller.poll();
    expect(takeEvents()).toEqual(['gap', true]);
    await poller.poll();
    expect(takeEvents()).toEqual([true]);
    await poller.close();
  });

  it('passes on new changes before it reports that the feed was read', async () => {
    const { feed, poller, takeEvents } = await aRunningPoller();
    feed.changes.push(aChange('a'), aChange('b'));
    await poller.poll();
    expect(takeEvents()).toEqual([aChange('a'), aChange('b'), true]);
    await poller.close();
  });

  it('continues from the position of the last successful reading', async () => {
    const { feed, poller } = await aRunningPoller();
    const before = feed.lastPosition;
    feed.isUnavailable = true;
    await poller.poll();
    feed.isUnavailable = false;
    await poller.poll();
    expect(Number(feed.lastPosition)).toBe(Number(before) + 1);
    await poller.close();
  });

  it.each(['gap', 'restored'] as const)('reports the continuity %s', async (continuity) => {
    const { feed, poller, takeEvents } = await aRunningPoller();
    feed.continuity = continuity;
    await poller.poll();
    expect(takeEvents()).toEqual([continuity, true]);
    expect(poller.counters.resets).toBe(1);
    await poller.close();
  });

  it('reports that the feed was not read when a reading fails, and never rejects', async () => {
    const { feed, poller, takeEvents } = await aRunningPoller();
    feed.isUnavailable = true;
    await poller.poll();
    expect(takeEvents()).toEqual([false]);
    feed.isUnavailable = false;
    await poller.poll();
    expect(takeEvents()).toEqual([true]);
    await poller.close();
  });

  it('passes on changes again that came before a reading failed', async () => {
    const { feed, poller, takeEvents } = await aRunningPoller();
    feed.changes.push(aChange('a'));
    feed.failsAtEnd = true;
    await poller.poll();
    feed.failsAtEnd = false;
    await poller.poll();
    expect(takeEvents()).toEqual([aChange('a'), false, aChange('a'), true]);
    await poller.close();
  });
});

describe('ChangeFeedPoller.poll during a reading', () => {
  it('reads once more afterwards, however many calls there were', async () => {
    const { feed, poller } = await aRunningPoller();
    const release = feed.holdReads();
    const polls = [poller.poll(), poller.poll(), poller.poll()];
    feed.changes.push(aChange('too late for the first'));
    release();
    await Promise.all(polls);
    expect(feed.readCalls).toBe(2);
    await poller.close();
  });

  it('starts another reading at whatever moment it is called', async () => {
    for (let turns = 0; turns < 12; turns += 1) {
      const { feed, poller, takeEvents } = await aRunningPoller();
      const first = poller.poll();
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      feed.changes.push(aChange('late'));
      await poller.poll();
      expect(takeEvents()).toContainEqual(aChange('late'));
      await first;
      await poller.close();
    }
  });
});

describe('ChangeFeedPoller with its timer', () => {
  it.each([
    ['every 2 s while the bus is connected', false, 2_000],
    ['every second while the bus is degraded', true, 1_000],
  ])('reads the feed %s', async (_often, isDegraded, everyMs) => {
    const { feed, poller } = await aRunningPoller();
    poller.setBusDegraded(isDegraded);
    await poller.poll();
    feed.readCalls = 0;
    await jest.advanceTimersByTimeAsync(everyMs - 1);
    expect(feed.readCalls).toBe(0);
    await jest.advanceTimersByTimeAsync(1);
    expect(feed.readCalls).toBe(1);
    await jest.advanceTimersByTimeAsync(9 * everyMs);
    expect(feed.readCalls).toBe(10);
    await poller.close();
  });

  it.each([
    ['becomes degraded', true],
    ['is connected again', false],
  ])('reads the feed at once when the bus %s', async (_when, isDegraded) => {
    const { feed, poller } = await aRunningPoller();
    poller.setBusDegraded(isDegraded);
    expect(feed.readCalls).toBe(1);
    await poller.close();
  });

  it('continues after a failed reading', async () => {
    const { feed, poller, takeEvents } = await aRunningPoller();
    feed.isUnavailable = true;
    await jest.advanceTimersByTimeAsync(4_000);
    expect(takeEvents()).toEqual([false, false]);
    feed.isUnavailable = false;
    await jest.advanceTimersByTimeAsync(2_000);
    expect(takeEvents()).toEqual([true]);
    await poller.close();
  });

  it('keeps one timer, however often poll is called', async () => {
    const { poller } = await aRunningPoller();
    for (let call = 0; call < 5; call += 1) await poller.poll();
    expect(jest.getTimerCount()).toBe(1);
    await poller.close();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('stops when it is closed, after the running reading', async () => {
    const { feed, poller } = await aRunningPoller();
    const release = feed.holdReads();
    const polls = [poller.poll(), poller.poll()];
    const closed = poller.close();
    release();
    await Promise.all([...polls, closed]);
    expect(feed.readCalls).toBe(1);
    await poller.poll();
    poller.setBusDegraded(true);
    expect(feed.readCalls).toBe(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('runs readings outside of the async context of a caller', async () => {
    const context = new AsyncLocalStorage<string>();
    const feed = new ScriptedFeed(() => context.getStore());
    const poller = new ChangeFeedPoller(feed, { onChanges: noop, onChangesMissed: noop, onFeedRead: noop });
    await context.run('a transaction', () => poller.poll());
    await jest.advanceTimersByTimeAsync(5_000);
    expect(feed.contexts.length).toBeGreaterThan(3);
    expect(new Set(feed.contexts)).toEqual(new Set([undefined]));
    await poller.close();
  });
});

describe('ChangeFeedPoller when it prunes the feed', () => {
  /** Otherwise the first pruning comes at any time of the first hour, and the second perhaps during the test. */
  beforeEach(() => void jest.spyOn(Math, 'random').mockReturnValue(0.5));
  afterEach(() => void jest.restoreAllMocks());

  it('does not delay readings, and reports them as current even if pruning fails', async () => {
    // Each replica prunes at its own time within the hour.
    const random = jest.spyOn(Math, 'random').mockReturnValue(0.5);
    const { feed, poller, takeEvents } = await aRunningPoller();
    random.mockRestore();
    const { promise, reject } = Promise.withResolvers<void>();
    feed.pruning = promise;
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect(feed.pruneCalls).toBe(1);
    const { readCalls: callsBefore } = feed;
    await jest.advanceTimersByTimeAsync(2_000);
    expect(feed.readCalls).toBe(callsBefore + 1);
    reject(new Error('no room'));
    await poller.poll();
    expect(new Set(takeEvents())).toEqual(new Set([true]));
    await poller.close();
  });
});

function noop(): void {}
