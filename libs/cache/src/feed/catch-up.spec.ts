import { AsyncLocalStorage } from 'node:async_hooks';
import { Logger } from '@nestjs/common';
import type { Change } from '../bus/change-bus.js';
import { aChange, ScriptedFeed } from '../../testing/scripted-feed.js';
import { CatchUp } from './catch-up.js';

Logger.overrideLogger(false);

/** A catch-up whose follower writes down what it is told. */
function aNewFollower() {
  const feed = new ScriptedFeed();
  const told: unknown[] = [];
  const catchUp = new CatchUp(feed, {
    changed: (changes: readonly Change[]) => told.push(...changes),
    missed: (continuity) => told.push(continuity),
    followed: (isFollowed) => told.push(isFollowed),
  });
  /** Nothing more of what has happened so far is told later. */
  const since = (): unknown[] => told.splice(0);
  return { feed, catchUp, since };
}

/** One that has read the feed once, and is sure of messages. */
async function aFollower() {
  const made = aNewFollower();
  await made.catchUp.now();
  made.catchUp.doubt(false);
  await made.catchUp.now();
  made.since();
  made.feed.readings = 0;
  return made;
}

beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] }));
afterEach(() => void jest.useRealTimers());

describe('CatchUp', () => {
  it('distrusts what was held before the first reading', async () => {
    const { catchUp, since } = aNewFollower();
    await catchUp.now();
    expect(since()).toEqual(['gap', true]);
    await catchUp.now();
    expect(since()).toEqual([true]);
    await catchUp.close();
  });

  it('passes on what is new, before it says that the feed was followed', async () => {
    const { feed, catchUp, since } = await aFollower();
    feed.changes.push(aChange('a'), aChange('b'));
    await catchUp.now();
    expect(since()).toEqual([aChange('a'), aChange('b'), true]);
    await catchUp.close();
  });

  it('reads on from where the last reading that ended well stood', async () => {
    const { feed, catchUp } = await aFollower();
    const before = feed.from;
    feed.isAway = true;
    await catchUp.now();
    feed.isAway = false;
    await catchUp.now();
    expect(Number(feed.from)).toBe(Number(before) + 1);
    await catchUp.close();
  });

  it.each(['gap', 'elsewhere'] as const)('tells of %s', async (continuity) => {
    const { feed, catchUp, since } = await aFollower();
    feed.continuity = continuity;
    await catchUp.now();
    expect(since()).toEqual([continuity, true]);
    expect(catchUp.counters.resets).toBe(1);
    await catchUp.close();
  });

  it('is not followed when a reading fails, and never rejects', async () => {
    const { feed, catchUp, since } = await aFollower();
    feed.isAway = true;
    await catchUp.now();
    expect(since()).toEqual([false]);
    feed.isAway = false;
    await catchUp.now();
    expect(since()).toEqual([true]);
    await catchUp.close();
  });

  it('passes on again what came before a reading failed', async () => {
    const { feed, catchUp, since } = await aFollower();
    feed.changes.push(aChange('a'));
    feed.failsAtEnd = true;
    await catchUp.now();
    feed.failsAtEnd = false;
    await catchUp.now();
    expect(since()).toEqual([aChange('a'), false, aChange('a'), true]);
    await catchUp.close();
  });
});

describe('CatchUp, asked while it reads', () => {
  it('reads once more after that, however many ask', async () => {
    const { feed, catchUp } = await aFollower();
    const release = feed.hold();
    const asked = [catchUp.now(), catchUp.now(), catchUp.now()];
    feed.changes.push(aChange('too late for the first'));
    release();
    await Promise.all(asked);
    expect(feed.readings).toBe(2);
    await catchUp.close();
  });

  it('is asked in vain at no moment', async () => {
    for (let turns = 0; turns < 12; turns += 1) {
      const { feed, catchUp, since } = await aFollower();
      const first = catchUp.now();
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      feed.changes.push(aChange('late'));
      await catchUp.now();
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
    const { feed, catchUp } = await aFollower();
    catchUp.doubt(isInDoubt);
    await catchUp.now();
    feed.readings = 0;
    await jest.advanceTimersByTimeAsync(everyMs - 1);
    expect(feed.readings).toBe(0);
    await jest.advanceTimersByTimeAsync(1);
    expect(feed.readings).toBe(1);
    await jest.advanceTimersByTimeAsync(9 * everyMs);
    expect(feed.readings).toBe(10);
    await catchUp.close();
  });

  it.each([
    ['come into doubt', true],
    ['are certain again', false],
  ])('reads at once when messages %s', async (_when, isInDoubt) => {
    const { feed, catchUp } = await aFollower();
    catchUp.doubt(isInDoubt);
    expect(feed.readings).toBe(1);
    await catchUp.close();
  });

  it('goes on after a failure', async () => {
    const { feed, catchUp, since } = await aFollower();
    feed.isAway = true;
    await jest.advanceTimersByTimeAsync(4_000);
    expect(since()).toEqual([false, false]);
    feed.isAway = false;
    await jest.advanceTimersByTimeAsync(2_000);
    expect(since()).toEqual([true]);
    await catchUp.close();
  });

  it('has one timer, however often it is asked', async () => {
    const { catchUp } = await aFollower();
    for (let asked = 0; asked < 5; asked += 1) await catchUp.now();
    expect(jest.getTimerCount()).toBe(1);
    await catchUp.close();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('ends when it is closed, after the reading that runs', async () => {
    const { feed, catchUp } = await aFollower();
    const release = feed.hold();
    const asked = [catchUp.now(), catchUp.now()];
    const closed = catchUp.close();
    release();
    await Promise.all([...asked, closed]);
    expect(feed.readings).toBe(1);
    await catchUp.now();
    catchUp.doubt(true);
    expect(feed.readings).toBe(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('reads in nobody’s context, whoever asks', async () => {
    const context = new AsyncLocalStorage<string>();
    const feed = new ScriptedFeed(() => context.getStore());
    const catchUp = new CatchUp(feed, { changed: noop, missed: noop, followed: noop });
    await context.run('a transaction', () => catchUp.now());
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
    const { feed, catchUp, since } = await aFollower();
    random.mockRestore();
    const { promise, reject } = Promise.withResolvers<void>();
    feed.pruning = promise;
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect(feed.prunings).toBe(1);
    const { readings } = feed;
    await jest.advanceTimersByTimeAsync(2_000);
    expect(feed.readings).toBe(readings + 1);
    reject(new Error('no room'));
    await catchUp.now();
    expect(new Set(since())).toEqual(new Set([true]));
    await catchUp.close();
  });
});

function noop(): void {}
