import { waitFor } from '#testing';
import type { BusListener, Change, ChangeBus } from '../src/index.js';

/** Two members of one bus. */
export interface BusPair {
  readonly left: ChangeBus;
  readonly right: ChangeBus;
}

/** What every ChangeBus must do. `open` gives two fresh members of a bus nobody else is on. */
export function changeBusContract(open: () => Promise<BusPair>): void {
  let left: ChangeBus;
  let right: ChangeBus;

  beforeEach(async () => {
    ({ left, right } = await open());
  });

  afterEach(async () => {
    await Promise.all([left.close(), right.close()]);
  });

  it('tells the other member what was published', async () => {
    const heard = await recordChanges(right);
    await left.publish([changeOf('a', 1), changeOf('b', 2)]);
    await waitFor(() => heard.length === 2);
    expect(heard).toEqual([changeOf('a', 1), changeOf('b', 2)]);
  });

  it('carries changes both ways', async () => {
    const heardLeft = await recordChanges(left);
    const heardRight = await recordChanges(right);
    await left.publish([changeOf('a', 1)]);
    await right.publish([changeOf('b', 1)]);
    await waitFor(() => heardLeft.length === 1 && heardRight.length === 1);
    expect(heardLeft).toEqual([changeOf('b', 1)]);
    expect(heardRight).toEqual([changeOf('a', 1)]);
  });

  it('does not tell the sender', async () => {
    const own = await recordChanges(left);
    const heard = await recordChanges(right);
    await left.publish([changeOf('a', 1)]);
    await waitFor(() => heard.length === 1);
    expect(own).toEqual([]);
  });

  it('tells every listener of a member', async () => {
    const first = await recordChanges(right);
    const second = await recordChanges(right);
    await left.publish([changeOf('a', 1)]);
    await waitFor(() => first.length === 1 && second.length === 1);
  });

  it('is proven once the subscription resolves, and says so to each listener once', async () => {
    const first = await subscribeRecorder(left);
    const second = await subscribeRecorder(left);
    expect(left.state).toBe('proven');
    expect([first.connectionEvents, second.connectionEvents]).toEqual([['proven'], ['proven']]);
  });

  it('carries that a thing is gone', async () => {
    const heard = await recordChanges(right);
    const gone = { ...changeOf('a', 2), gone: true } as const;
    await left.publish([gone]);
    await waitFor(() => heard.length === 1);
    expect(heard).toEqual([gone]);
  });

  it('counts what it carried', async () => {
    const heard = await recordChanges(right);
    await left.publish([changeOf('a', 1), changeOf('b', 1)]);
    await waitFor(() => heard.length === 2 && left.counters.published === 2);
    expect(left.counters).toMatchObject({ received: 0, failed: 0, dropped: 0, doubts: 0 });
    expect(right.counters).toMatchObject({ published: 0, received: 2, malformed: 0 });
  });

  it('carries ten thousand changes of one bulk update', async () => {
    const heard = await recordChanges(right);
    const changes = Array.from({ length: 10_000 }, (_, index) => changeOf(`tenant-${index}`, 7));
    await left.publish(changes);
    await waitFor(() => heard.length === changes.length);
    expect(new Set(heard.map(({ key }) => key)).size).toBe(changes.length);
  });

  it('carries keys of any characters', async () => {
    const heard = await recordChanges(right);
    const odd = changeOf('"\n\u0000é漢🙂__proto__', 1);
    await left.publish([odd]);
    await waitFor(() => heard.length === 1);
    expect(heard).toEqual([odd]);
  });

  it('stays quiet after it was closed', async () => {
    const closed = await subscribeRecorder(right);
    const other = await recordChanges(left);
    await right.close();
    await left.publish([changeOf('a', 1)]);
    await right.publish([changeOf('b', 1)]);
    const late = await subscribeRecorder(right);
    expect(closed).toMatchObject({ receivedChanges: [], connectionEvents: ['proven'] });
    expect(late).toMatchObject({ receivedChanges: [], connectionEvents: [] });
    expect(other).toEqual([]);
  });
}

export function changeOf(key: string, version: number, kind = 'plan'): Change {
  return { kind, key, version };
}

/** Notes what it is told, in order. */
export class RecordingBusListener implements BusListener {
  readonly receivedChanges: Change[] = [];
  readonly connectionEvents: ('proven' | 'doubted')[] = [];

  onChanges(changes: readonly Change[]): void {
    this.receivedChanges.push(...changes);
  }

  onDisconnected(): void {
    this.connectionEvents.push('doubted');
  }

  onConnected(): void {
    this.connectionEvents.push('proven');
  }
}

export async function subscribeRecorder(bus: ChangeBus): Promise<RecordingBusListener> {
  const listener = new RecordingBusListener();
  await bus.subscribe(listener);
  return listener;
}

/** Subscribes; the list grows with what is heard. */
export async function recordChanges(bus: ChangeBus): Promise<Change[]> {
  return (await subscribeRecorder(bus)).receivedChanges;
}
