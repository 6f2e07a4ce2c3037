import * as fc from 'fast-check';
import { setImmediate } from 'node:timers/promises';
import { StepwiseStore } from '../testing/stepwise-store.js';
import { SomeSurroundings, stepwise } from '../testing/a-part.js';
import { CachePart } from './cache-part.js';
import { oneByOne } from './load-queue.js';
import type { Versioned } from './slots.js';

const keys = ['a', 'b', 'c'];
type Entry = Versioned<string> | null;

/** One replica among others: what it may not be ignorant of, and what it is made to go through. */
class World {
  readonly store = new StepwiseStore();
  readonly part: CachePart<string>;
  readonly faults: string[] = [];
  private readonly reads: Promise<unknown>[] = [];
  /** Versions the replica has heard of, or must find because it was told that it may have missed some. */
  private readonly known = new Map<string, number>();
  private readonly seen = new Map<string, number>();
  private onTheWay: [key: string, version: number][] = [];
  private ownWrites: [key: string, entry: Versioned<string>][] = [];

  constructor(maxEntries: number) {
    this.part = new CachePart<string>('thing', oneByOne(this.store.load), new SomeSurroundings(), {
      maxEntries,
      loads: stepwise,
    });
  }

  get(key: string): void {
    const atLeast = this.knownOf(key);
    this.reads.push(this.part.get(key).then((entry) => this.mustBe(key, entry, atLeast, 'get')));
  }

  /** Another replica commits; its message is on the way. Every third version is a deletion. */
  writeElsewhere(key: string): void {
    this.onTheWay.push([key, this.commit(key)]);
  }

  /** This replica commits, and its writer may put what it wrote at any time after. */
  writeHere(key: string): void {
    const version = this.commit(key);
    this.hear(key, version);
    const entry = this.store.at(key, version);
    if (entry !== null) this.ownWrites.push([key, entry]);
  }

  put(index: number): void {
    const write = this.ownWrites[index % this.ownWrites.length];
    if (write !== undefined) this.part.put(...write);
  }

  /** Messages arrive in any order, and again. */
  deliver(index: number): void {
    const message = this.onTheWay[index % this.onTheWay.length];
    if (message !== undefined) this.hear(...message);
  }

  loseMessages(): void {
    this.onTheWay = [];
    this.ownWrites = [];
    this.part.distrust();
    for (const key of keys) this.known.set(key, this.store.version(key));
  }

  check(): void {
    for (const key of keys) {
      const entry = this.part.peek(key);
      if (entry === undefined) continue;
      this.mustBe(key, entry, this.knownOf(key), 'peek');
      if (entry !== null) this.mustNotGoBack(key, entry.version);
    }
  }

  async settle(): Promise<void> {
    await setImmediate();
    while (this.store.pending.length > 0) {
      await this.store.end();
      this.check();
    }
    await Promise.all(this.reads);
  }

  private commit(key: string): number {
    const next = this.store.version(key) + 1;
    return this.store.write(key, next % 3 === 0 ? null : `${key}${next}`);
  }

  private hear(key: string, version: number): void {
    this.part.apply(key, version);
    this.known.set(key, Math.max(version, this.knownOf(key)));
  }

  private knownOf(key: string): number {
    return this.known.get(key) ?? 0;
  }

  private mustNotGoBack(key: string, version: number): void {
    if (version < (this.seen.get(key) ?? 0)) this.faults.push(`${key} went back to ${version}`);
    this.seen.set(key, version);
  }

  /** True of some version that is not below `atLeast`. */
  private mustBe(key: string, entry: Entry, atLeast: number, how: string): void {
    const versions = Array.from({ length: this.store.version(key) + 1 }, (_, version) => version).slice(
      atLeast,
    );
    const isTrue = versions.some((version) => {
      const truth = this.store.at(key, version);
      return truth?.version === entry?.version && truth?.value === entry?.value;
    });
    if (!isTrue) this.faults.push(`${how} ${key} gave ${JSON.stringify(entry)}, known is ${atLeast}`);
  }
}

const aKey = fc.constantFrom(...keys);
const anIndex = fc.nat(5);
const aStep = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constant('get' as const), aKey) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('read' as const), anIndex) },
  { weight: 4, arbitrary: fc.tuple(fc.constant('end' as const), anIndex) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('writeElsewhere' as const), aKey) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('writeHere' as const), aKey) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('put' as const), anIndex) },
  { weight: 4, arbitrary: fc.tuple(fc.constant('deliver' as const), anIndex) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('loseMessages' as const)) },
);
type Step = typeof aStep extends fc.Arbitrary<infer S> ? S : never;

async function take(world: World, step: Step): Promise<void> {
  const [what, how] = step;
  if (what === 'read') world.store.read(how);
  else if (what === 'end') await world.store.end(how);
  else if (what === 'put' || what === 'deliver') world[what](how);
  else if (what === 'loseMessages') world.loseMessages();
  else world[what](how);
  await setImmediate();
  world.check();
}

describe('coherence', () => {
  it('never gives what is older than known, nor goes back, whatever the order of events', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(aStep, { maxLength: 80, size: 'max' }),
        fc.integer({ min: 1, max: 3 }),
        async (steps, maxEntries) => {
          const world = new World(maxEntries);
          for (const step of steps) await take(world, step);
          await world.settle();
          expect(world.faults).toEqual([]);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('makes at most one load per key as long as nothing changes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aKey, { minLength: 1, maxLength: 60, size: 'max' }), async (asked) => {
        const store = new StepwiseStore();
        const part = new CachePart<string>('thing', oneByOne(store.load), new SomeSurroundings(), {
          loads: stepwise,
        });
        const reads = asked.map((key) => part.get(key));
        await setImmediate();
        expect(store.loads).toBe(new Set(asked).size);
        while (store.pending.length > 0) await store.end();
        await Promise.all(reads);
        expect(store.loads).toBe(new Set(asked).size);
      }),
      { numRuns: 50 },
    );
  });
});
