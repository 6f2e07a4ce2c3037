import { waitFor } from '#testing';
import type { BusListener, Change, ChangeBus } from '../src/index.js';

/** Two members of one bus. */
export interface BusPair {
  readonly left: ChangeBus;
  readonly right: ChangeBus;
}

/** What every `ChangeBus` must do. `open` returns two members of a new bus without other members. */
export function changeBusContract(open: () => Promise<BusPair>): void {
  let left: ChangeBus;
  let right: ChangeBus;

  beforeEach(async () => {
    ({ left, right } = await open());
  });

  afterEach(async () => {
    await Promise.all([left.close(), right.close()]);
  });

  it('delivers published changes to the other member', async () => {
    const received = await recordChanges(right);
    await left.publish([changeOf('a', 1), changeOf('b', 2)]);
    await waitFor(() => received.length === 2);
    expect(received).toEqual([changeOf('a', 1), changeOf('b', 2)]);
  });

  it('carries changes in both directions', async () => {
    const receivedLeft = await recordChanges(left);
    const receivedRight = await recordChanges(right);
    await left.publish([changeOf('a', 1)]);
    await right.publish([changeOf('b', 1)]);
    await waitFor(() => receivedLeft.length === 1 && receivedRight.length === 1);
    expect(receivedLeft).toEqual([changeOf('b', 1)]);
    expect(receivedRight).toEqual([changeOf('a', 1)]);
  });

  it('does not deliver changes to their sender', async () => {
    const own = await recordChanges(left);
    const received = await recordChanges(right);
    await left.publish([changeOf('a', 1)]);
    await waitFor(() => received.length === 1);
    expect(own).toEqual([]);
  });

  it('delivers changes to every listener of a member', async () => {
    const first = await recordChanges(right);
    const second = await recordChanges(right);
    await left.publish([changeOf('a', 1)]);
    await waitFor(() => first.length === 1 && second.length === 1);
  });

  it('reports that it is connected once the subscription resolves, once to each listener', async () => {
    const first = await subscribeRecorder(left);
    const second = await subscribeRecorder(left);
    expect(left.state).toBe('connected');
    expect([first.connectionEvents, second.connectionEvents]).toEqual([['connected'], ['connected']]);
  });

  it('carries deletions', async () => {
    const received = await recordChanges(right);
    const gone = { ...changeOf('a', 2), gone: true } as const;
    await left.publish([gone]);
    await waitFor(() => received.length === 1);
    expect(received).toEqual([gone]);
  });

  it('counts published and received changes', async () => {
    const received = await recordChanges(right);
    await left.publish([changeOf('a', 1), changeOf('b', 1)]);
    await waitFor(() => received.length === 2 && left.counters.published === 2);
    expect(left.counters).toMatchObject({ received: 0, failed: 0, dropped: 0, doubts: 0 });
    expect(right.counters).toMatchObject({ published: 0, received: 2, malformed: 0 });
  });

  it('carries the ten thousand changes of a bulk update', async () => {
    const received = await recordChanges(right);
    const changes = Array.from({ length: 10_000 }, (_, index) => changeOf(`tenant-${index}`, 7));
    await left.publish(changes);
    await waitFor(() => received.length === changes.length);
    expect(new Set(received.map(({ key }) => key)).size).toBe(changes.length);
  });

  it('carries keys with any characters', async () => {
    const received = await recordChanges(right);
    const odd = changeOf('"\n\u0000é漢🙂__proto__', 1);
    await left.publish([odd]);
    await waitFor(() => received.length === 1);
    expect(received).toEqual([odd]);
  });

  it('sends and delivers nothing after it was closed', async () => {
    const closed = await subscribeRecorder(right);
    const other = await recordChanges(left);
    await right.close();
    await left.publish([changeOf('a', 1)]);
    await right.publish([changeOf('b', 1)]);
    const late = await subscribeRecorder(right);
    expect(closed).toMatchObject({ receivedChanges: [], connectionEvents: ['connected'] });
    expect(late).toMatchObject({ receivedChanges: [], connectionEvents: [] });
    expect(other).toEqual([]);
  });
}

export function changeOf(key: string, version: number, kind = 'plan'): Change {
  return { kind, key, version };
}

/** Records its calls, in order. */
export class RecordingBusListener implements BusListener {
  readonly receivedChanges: Change[] = [];
  readonly connectionEvents: ('connected' | 'degraded')[] = [];

  onChanges(changes: readonly Change[]): void {
    this.receivedChanges.push(...changes);
  }

  onDisconnected(): void {
    this.connectionEvents.push('degraded');
  }

  onConnected(): void {
    this.connectionEvents.push('connected');
  }
}

export async function subscribeRecorder(bus: ChangeBus): Promise<RecordingBusListener> {
  const listener = new RecordingBusListener();
  await bus.subscribe(listener);
  return listener;
}

/** Subscribes; the returned list grows with the changes received. */
export async function recordChanges(bus: ChangeBus): Promise<Change[]> {
  return (await subscribeRecorder(bus)).receivedChanges;
}
