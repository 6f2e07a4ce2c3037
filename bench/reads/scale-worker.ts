import { setTimeout as pause } from 'node:timers/promises';
import type { BenchmarkReader } from '../peers.js';
import { benchTenant, benchTenants } from '../seed-tenants.js';
import { type WorkerHandlers, monotonicMs, serveWorker } from '../worker.js';
import { InProcessProduct } from './in-process-product.js';
import { bareMapReader, configurationReader, measureNsPerRead, readingOrder } from './cache-readers.js';

export interface MemoryUsage {
  readonly resident: number;
  readonly heap: number;
}

/** The process in which `scale` measures the whole product. */
export function serveScale(): void {
  const measured = new MeasuredProduct();
  serveWorker(measured.handlers, () => measured.stop());
}

class MeasuredProduct {
  readonly handlers: WorkerHandlers = {
    start: () => timeSeconds(() => this.start()),
    readEach: (tenants: number) => timeSeconds(() => this.product.readEach(tenantIds(tenants))),
    memory: () => readMemoryUsage(),
    prepare: (tenants: number) => this.prepare(tenants),
    measure: ({ index, ms }: { index: number; ms: number }) =>
      measureNsPerRead(this.readers[index]!, this.keys, ms),
    watch: (ids: string[]) => this.watch(ids),
    caughtUpAt: (limitMs: number) => this.caughtUpAt(limitMs),
  };
  private started: InProcessProduct | undefined;
  private readers: readonly BenchmarkReader[] = [];
  private keys: readonly string[] = [];
  /** The versions that a change will replace. */
  private readonly watchedVersions = new Map<string, number>();

  async stop(): Promise<void> {
    await this.started?.stop();
  }

  private get product(): InProcessProduct {
    if (!this.started) throw new Error('The product is not started.');
    return this.started;
  }

  private async start(): Promise<void> {
    this.started = await InProcessProduct.start();
  }

  /** Returns the total size of all responses in bytes. */
  private async prepare(tenants: number): Promise<number> {
    const ids = benchTenants(tenants);
    const values = await this.product.values(ids);
    this.readers = [bareMapReader(values), configurationReader(this.product.reader)];
    this.keys = readingOrder(ids);
    return [...values.values()].reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
  }

  private async watch(ids: string[]): Promise<void> {
    this.watchedVersions.clear();
    for (const id of ids) this.watchedVersions.set(id, (await this.product.reader.current(id)).version);
  }

  /** The time when no read returns a watched version any more; null if that takes longer than `limitMs`. */
  private async caughtUpAt(limitMs: number): Promise<number | null> {
    const end = monotonicMs() + limitMs;
    while (this.watchedVersions.size > 0 && monotonicMs() < end) {
      await Promise.all([...this.watchedVersions.keys()].map((id) => this.removeIfUpdated(id)));
      if (this.watchedVersions.size > 0) await pause(1);
    }
    return this.watchedVersions.size === 0 ? monotonicMs() : null;
  }

  private async removeIfUpdated(id: string): Promise<void> {
    const { version } = await this.product.reader.current(id);
    if (version > this.watchedVersions.get(id)!) this.watchedVersions.delete(id);
  }
}

/** A generator, so that no list of ids is in the measured memory. */
function* tenantIds(tenants: number): Generator<string> {
  for (let number = 1; number <= tenants; number += 1) yield benchTenant(number);
}

async function timeSeconds(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

/** Measures after full garbage collections: the second one collects what finalizers of the first released. */
async function readMemoryUsage(): Promise<MemoryUsage> {
  if (!globalThis.gc) throw new Error('This process needs --expose-gc.');
  for (let count = 0; count < 3; count += 1) {
    globalThis.gc();
    await pause(50);
  }
  const { rss, heapUsed } = process.memoryUsage();
  return { resident: rss, heap: heapUsed };
}
