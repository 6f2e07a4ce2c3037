import { waitFor } from '#testing';
import type { Change, ChangeBus } from '../src/index.js';

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
    const heard = await hearing(right);
    await left.publish([changeOf('a', 1), changeOf('b', 2)]);
    await waitFor(() => heard.length === 2);
    expect(heard).toEqual([changeOf('a', 1), changeOf('b', 2)]);
  });

  it('carries changes both ways', async () => {
    const heardLeft = await hearing(left);
    const heardRight = await hearing(right);
    await left.publish([changeOf('a', 1)]);
    await right.publish([changeOf('b', 1)]);
    await waitFor(() => heardLeft.length === 1 && heardRight.length === 1);
    expect(heardLeft).toEqual([changeOf('b', 1)]);
    expect(heardRight).toEqual([changeOf('a', 1)]);
  });

  it('does not tell the sender', async () => {
    const own = await hearing(left);
    const heard = await hearing(right);
    await left.publish([changeOf('a', 1)]);
    await waitFor(() => heard.length === 1);
    expect(own).toEqual([]);
  });

  it('tells every listener of a member', async () => {
    const first = await hearing(right);
    const second = await hearing(right);
    await left.publish([changeOf('a', 1)]);
    await waitFor(() => first.length === 1 && second.length === 1);
  });

  it('carries ten thousand changes of one bulk update', async () => {
    const heard = await hearing(right);
    const changes = Array.from({ length: 10_000 }, (_, index) => changeOf(`tenant-${index}`, 7));
    await left.publish(changes);
    await waitFor(() => heard.length === changes.length);
    expect(new Set(heard.map(({ key }) => key)).size).toBe(changes.length);
  });

  it('carries keys of any characters', async () => {
    const heard = await hearing(right);
    const odd = changeOf('"\n\u0000é漢🙂__proto__', 1);
    await left.publish([odd]);
    await waitFor(() => heard.length === 1);
    expect(heard).toEqual([odd]);
  });

  it('stays quiet after it was closed', async () => {
    const heard = await hearing(right);
    const other = await hearing(left);
    await right.close();
    await left.publish([changeOf('a', 1)]);
    await right.publish([changeOf('b', 1)]);
    expect(heard).toEqual([]);
    expect(other).toEqual([]);
  });
}

export function changeOf(key: string, version: number, kind = 'plan'): Change {
  return { kind, key, version };
}

/** Subscribes; the list grows with what is heard. */
export async function hearing(bus: ChangeBus): Promise<Change[]> {
  const heard: Change[] = [];
  await bus.subscribe({
    heard: (changes) => void heard.push(...changes),
    doubted: () => undefined,
    proven: () => undefined,
  });
  return heard;
}
