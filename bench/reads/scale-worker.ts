import { setTimeout as pause } from 'node:timers/promises';
import type { Reader } from '../peers.js';
import { benchTenant, benchTenants } from '../seed-tenants.js';
import { type Answers, monotonicMs, serve } from '../worker.js';
import { ProductUnderTest } from './product-under-test.js';
import { bareMap, configurationReader, nsPerRead, readingOrder } from './read-time.js';

export interface Memory {
  readonly resident: number;
  readonly heap: number;
}

/** The process in which `scale` measures: the whole product, over a database with so many tenants. */
export function serveScale(): void {
  const measured = new MeasuredProduct();
  serve(measured.answers, () => measured.stop());
}

class MeasuredProduct {
  readonly answers: Answers = {
    start: () => seconds(() => this.start()),
    readEach: (tenants: number) => seconds(() => this.product.readEach(idsTo(tenants))),
    memory: () => memory(),
    prepare: (tenants: number) => this.prepare(tenants),
    measure: ({ index, ms }: { index: number; ms: number }) => nsPerRead(this.readers[index]!, this.keys, ms),
    watch: (ids: string[]) => this.watch(ids),
    caughtUpAt: (limitMs: number) => this.caughtUpAt(limitMs),
  };
  private started: ProductUnderTest | undefined;
  private readers: readonly Reader[] = [];
  private keys: readonly string[] = [];
  /** The versions that a change is going to make old. */
  private readonly old = new Map<string, number>();

  async stop(): Promise<void> {
    await this.started?.stop();
  }

  private get product(): ProductUnderTest {
    if (!this.started) throw new Error('The product is not started.');
    return this.started;
  }

  private async start(): Promise<void> {
    this.started = await ProductUnderTest.start();
  }

  /** Returns what the answers take as bytes, all together. */
  private async prepare(tenants: number): Promise<number> {
    const ids = benchTenants(tenants);
    const values = await this.product.values(ids);
    this.readers = [bareMap(values), configurationReader(this.product.reader)];
    this.keys = readingOrder(ids);
    return [...values.values()].reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
  }

  private async watch(ids: string[]): Promise<void> {
    this.old.clear();
    for (const id of ids) this.old.set(id, (await this.product.reader.current(id)).version);
  }

  /** When no read gives a watched version any more; null when that does not happen in time. */
  private async caughtUpAt(limitMs: number): Promise<number | null> {
    const end = monotonicMs() + limitMs;
    while (this.old.size > 0 && monotonicMs() < end) {
      await Promise.all([...this.old.keys()].map((id) => this.readAgain(id)));
      if (this.old.size > 0) await pause(1);
    }
    return this.old.size === 0 ? monotonicMs() : null;
  }

  private async readAgain(id: string): Promise<void> {
    const { version } = await this.product.reader.current(id);
    if (version > this.old.get(id)!) this.old.delete(id);
  }
}

/** One after another, so that no list of them is in the memory that is measured. */
function* idsTo(tenants: number): Generator<string> {
  for (let number = 1; number <= tenants; number += 1) yield benchTenant(number);
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

/** After full collections: the second finds what the first one's finalizers let go. */
async function memory(): Promise<Memory> {
  if (!globalThis.gc) throw new Error('This process needs --expose-gc.');
  for (let count = 0; count < 3; count += 1) {
    globalThis.gc();
    await pause(50);
  }
  const { rss, heapUsed } = process.memoryUsage();
  return { resident: rss, heap: heapUsed };
}
