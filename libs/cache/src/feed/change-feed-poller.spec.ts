import { AsyncLocalStorage } from 'node:async_hooks';
import { Logger } from '@nestjs/common';
import type { Change } from '../bus/change-bus.js';
import { aChange, ScriptedFeed } from '../../testing/scripted-feed.js';
import { ChangeFeedPoller } from './change-feed-poller.js';

Logger.overrideLogger(false);

/** A catch-up whose follower writes down what it is told. */
function aNewPoller() {
  const feed = new ScriptedFeed();
  const events: unknown[] = [];
  const poller = new ChangeFeedPoller(feed, {
    onChanges: (changes: readonly Change[]) => events.push(...changes),
    onChangesMissed: (continuity) => events.push(continuity),
    onFeedRead: (isFollowed) => events.push(isFollowed),
  });
  /** Nothing more of what has happened so far is told later. */
  const takeEvents = (): unknown[] => events.splice(0);
  return { feed, catchUp: poller, since: takeEvents };
}

/** One that has read the feed once, and is sure of messages. */
async function aRunningPoller() {
  const fixture = aNewPoller();
  await fixture.catchUp.poll();
  fixture.catchUp.setBusDegraded(false);
  await fixture.catchUp.poll();
  fixture.since();
  fixture.feed.readCalls = 0;
  return fixture;
}

beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] }));
afterEach(() => void jest.useRealTimers());

describe('CatchUp', () => {
  it('distrusts what was held before the first reading', async () => {
    const { catchUp, since } = aNewPoller();
    await catchUp.poll();
    expect(since()).toEqual(['gap', true]);
    await catchUp.poll();
    expect(since()).toEqual([true]);
    await catchUp.close();
  });

  it('passes on what is new, before it says that the feed was followed', async () => {
    const { feed, catchUp, since } = await aRunningPoller();
    feed.changes.push(aChange('a'), aChange('b'));
    await catchUp.poll();
    expect(since()).toEqual([aChange('a'), aChange('b'), true]);
    await catchUp.close();
  });

  it('reads on from where the last reading that ended well stood', async () => {
    const { feed, catchUp } = await aRunningPoller();
    const before = feed.lastPosition;
    feed.isUnavailable = true;
    await catchUp.poll();
    feed.isUnavailable = false;
    await catchUp.poll();
    expect(Number(feed.lastPosition)).toBe(Number(before) + 1);
    await catchUp.close();
  });

  it.each(['gap', 'restored'] as const)('tells of %s', async (continuity) => {
    const { feed, catchUp, since } = await aRunningPoller();
    feed.continuity = continuity;
    await catchUp.poll();
    expect(since()).toEqual([continuity, true]);
    expect(catchUp.counters.resets).toBe(1);
    await catchUp.close();
  });

  it('is not followed when a reading fails, and never rejects', async () => {
    const { feed, catchUp, since } = await aRunningPoller();
    feed.isUnavailable = true;
    await catchUp.poll();
    expect(since()).toEqual([false]);
    feed.isUnavailable = false;
    await catchUp.poll();
    expect(since()).toEqual([true]);
    await catchUp.close();
  });

  it('passes on again what came before a reading failed', async () => {
    const { feed, catchUp, since } = await aRunningPoller();
    feed.changes.push(aChange('a'));
    feed.failsAtEnd = true;
    await catchUp.poll();
    feed.failsAtEnd = false;
    await catchUp.poll();
    expect(since()).toEqual([aChange('a'), false, aChange('a'), true]);
    await catchUp.close();
  });
});

describe('CatchUp, asked while it reads', () => {
  it('reads once more after that, however many ask', async () => {
    const { feed, catchUp } = await aRunningPoller();
    const release = feed.holdReads();
    const asked = [catchUp.poll(), catchUp.poll(), catchUp.poll()];
    feed.changes.push(aChange('too late for the first'));
    release();
    await Promise.all(asked);
    expect(feed.readCalls).toBe(2);
    await catchUp.close();
  });

  it('is asked in vain at no moment', async () => {
    for (let turns = 0; turns < 12; turns += 1) {
      const { feed, catchUp, since } = await aRunningPoller();
      const first = catchUp.poll();
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      feed.changes.push(aChange('late'));
      await catchUp.poll();
      expect(since()).toContainEqual(aChange('late'));
      await first;
      await catchUp.close();
    }
  });
});

describe('CatchUp, by itself', () => {
  it.each([
    ['every 2 s as long as messages arrive', false, 2_000],
    ['every second while they may be lost', true, 1_000],
  ])('reads %s', async (_often, isInDoubt, everyMs) => {
    const { feed, catchUp } = await aRunningPoller();
    catchUp.setBusDegraded(isInDoubt);
    await catchUp.poll();
    feed.readCalls = 0;
    await jest.advanceTimersByTimeAsync(everyMs - 1);
    expect(feed.readCalls).toBe(0);
    await jest.advanceTimersByTimeAsync(1);
    expect(feed.readCalls).toBe(1);
    await jest.advanceTimersByTimeAsync(9 * everyMs);
    expect(feed.readCalls).toBe(10);
    await catchUp.close();
  });

  it.each([
    ['come into doubt', true],
    ['are certain again', false],
  ])('reads at once when messages %s', async (_when, isInDoubt) => {
    const { feed, catchUp } = await aRunningPoller();
    catchUp.setBusDegraded(isInDoubt);
    expect(feed.readCalls).toBe(1);
    await catchUp.close();
  });

  it('goes on after a failure', async () => {
    const { feed, catchUp, since } = await aRunningPoller();
    feed.isUnavailable = true;
    await jest.advanceTimersByTimeAsync(4_000);
    expect(since()).toEqual([false, false]);
    feed.isUnavailable = false;
    await jest.advanceTimersByTimeAsync(2_000);
    expect(since()).toEqual([true]);
    await catchUp.close();
  });

  it('has one timer, however often it is asked', async () => {
    const { catchUp } = await aRunningPoller();
    for (let asked = 0; asked < 5; asked += 1) await catchUp.poll();
    expect(jest.getTimerCount()).toBe(1);
    await catchUp.close();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('ends when it is closed, after the reading that runs', async () => {
    const { feed, catchUp } = await aRunningPoller();
    const release = feed.holdReads();
    const asked = [catchUp.poll(), catchUp.poll()];
    const closed = catchUp.close();
    release();
    await Promise.all([...asked, closed]);
    expect(feed.readCalls).toBe(1);
    await catchUp.poll();
    catchUp.setBusDegraded(true);
    expect(feed.readCalls).toBe(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('reads in nobody’s context, whoever asks', async () => {
    const context = new AsyncLocalStorage<string>();
    const feed = new ScriptedFeed(() => context.getStore());
    const catchUp = new ChangeFeedPoller(feed, { onChanges: noop, onChangesMissed: noop, onFeedRead: noop });
    await context.run('a transaction', () => catchUp.poll());
    await jest.advanceTimersByTimeAsync(5_000);
    expect(feed.contexts.length).toBeGreaterThan(3);
    expect(new Set(feed.contexts)).toEqual(new Set([undefined]));
    await catchUp.close();
  });
});

describe('CatchUp, pruning', () => {
  /** Else the first one comes at any time of the first hour, and the second perhaps before the test has ended. */
  beforeEach(() => void jest.spyOn(Math, 'random').mockReturnValue(0.5));
  afterEach(() => void jest.restoreAllMocks());

  it('waits for it with no reading, and is followed though it fails', async () => {
    // Each replica prunes at a time of its own within the hour.
    const random = jest.spyOn(Math, 'random').mockReturnValue(0.5);
    const { feed, catchUp, since } = await aRunningPoller();
    random.mockRestore();
    const { promise, reject } = Promise.withResolvers<void>();
    feed.pruning = promise;
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect(feed.pruneCalls).toBe(1);
    const { readCalls: readings } = feed;
    await jest.advanceTimersByTimeAsync(2_000);
    expect(feed.readCalls).toBe(readings + 1);
    reject(new Error('no room'));
    await catchUp.poll();
    expect(new Set(since())).toEqual(new Set([true]));
    await catchUp.close();
  });
});

function noop(): void {}
