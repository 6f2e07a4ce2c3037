import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CoherentCache, loadEach } from '#cache';
import { type CompiledConfiguration, ConfigReader } from '#config';
import { Database } from '#database';
import { createApplication } from '../../apps/api/src/application.js';
import type { BenchmarkReader } from '../peers.js';
import { seedTenants } from '../seed-tenants.js';
import { regionReader } from './cache-readers.js';

/** Concurrent first reads. */
const concurrency = 16;

/** The whole product in this process, assembled like `npm start`, but without a listening port. */
export class InProcessProduct {
  private constructor(private readonly app: NestFastifyApplication) {}

  static async start(): Promise<InProcessProduct> {
    const app = await createApplication(process.env);
    await app.init();
    return new InProcessProduct(app);
  }

  get reader(): ConfigReader {
    return this.app.get(ConfigReader);
  }

  async seed(tenants: number): Promise<void> {
    await seedTenants(this.app.get(Database), tenants);
  }

  /** Reads every tenant once. */
  async readEach(ids: Iterable<string>): Promise<void> {
    const { reader } = this;
    const waiting = ids[Symbol.iterator]();
    const lane = async (): Promise<void> => {
      for (let next = waiting.next(); !next.done; next = waiting.next()) await reader.current(next.value);
    };
    await Promise.all(Array.from({ length: concurrency }, lane));
  }

  /** The compiled configurations by tenant. */
  async values(ids: readonly string[]): Promise<ReadonlyMap<string, CompiledConfiguration>> {
    const values = new Map<string, CompiledConfiguration>();
    for (const id of ids) values.set(id, await this.reader.current(id));
    return values;
  }

  /** A reader of a region of the product's cache, filled with these values. */
  async regionReader(values: ReadonlyMap<string, CompiledConfiguration>): Promise<BenchmarkReader> {
    const load = loadEach<CompiledConfiguration>(async (key) => {
      const value = values.get(key);
      return value ? { version: value.version, value } : null;
    });
    const region = this.app
      .get(CoherentCache)
      .region<CompiledConfiguration>('bench', load, { maxEntries: values.size });
    for (const key of values.keys()) await region.get(key);
    return regionReader(region);
  }

  async stop(): Promise<void> {
    await this.app.close();
  }
}
