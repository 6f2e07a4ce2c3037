import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CoherentCache, oneByOne } from '#cache';
import { type CompiledConfiguration, ConfigReader } from '#config';
import { Database } from '#database';
import { createApplication } from '../../apps/api/src/application.js';
import type { Reader } from '../peers.js';
import { seedTenants } from '../seed-tenants.js';
import { partReader } from './read-time.js';

/** How many first reads are under way at once. */
const lanes = 16;

/** The whole product inside this process, as `npm start` puts it together, but not listening. */
export class ProductUnderTest {
  private constructor(private readonly app: NestFastifyApplication) {}

  static async start(): Promise<ProductUnderTest> {
    const app = await createApplication(process.env);
    await app.init();
    return new ProductUnderTest(app);
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
    await Promise.all(Array.from({ length: lanes }, lane));
  }

  /** What every read gives. */
  async values(ids: readonly string[]): Promise<ReadonlyMap<string, CompiledConfiguration>> {
    const values = new Map<string, CompiledConfiguration>();
    for (const id of ids) values.set(id, await this.reader.current(id));
    return values;
  }

  /** A part of the product's own cache that holds these values. */
  async part(values: ReadonlyMap<string, CompiledConfiguration>): Promise<Reader> {
    const load = oneByOne<CompiledConfiguration>(async (key) => {
      const value = values.get(key);
      return value ? { version: value.version, value } : null;
    });
    const part = this.app
      .get(CoherentCache)
      .part<CompiledConfiguration>('bench', load, { maxEntries: values.size });
    for (const key of values.keys()) await part.get(key);
    return partReader(part);
  }

  async stop(): Promise<void> {
    await this.app.close();
  }
}
