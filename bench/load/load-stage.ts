import { randomBytes } from 'node:crypto';
import { ApiClient, LoadBalancer } from '#testing';
import type { Post } from '../queries/asking.js';
import { addDocuments, queries } from '../queries/documents.js';
import { ModelServer } from '../queries/model-server.js';
import { createTenant } from '../seed-tenants.js';
import { startProduct } from '../servers.js';
import { type Servers, startServers } from '../throw-away-servers.js';

export interface LoadStageOptions {
  readonly tenants: number;
  /** Of each tenant. */
  readonly chunks: number;
  readonly dimensions: number;
  /** What the model takes, in milliseconds. */
  readonly model: number;
}

const replicas = 3;
/** Tenants that are made at once. */
const lanes = 4;

/** Three replicas behind the product's load balancer, on a Postgres and a Redis of their own, with a stand-in for the model. */
export class LoadStage {
  private readonly ends: (() => Promise<unknown>)[] = [];
  private readonly platformKey = `atn_${randomBytes(6).toString('hex')}_${randomBytes(24).toString('hex')}`;

  private constructor(private readonly servers: Servers) {
    this.ends.push(() => servers.stop());
  }

  static async open(): Promise<LoadStage> {
    return new LoadStage(await startServers());
  }

  /** A query for each tenant, ready to be asked through the load balancer. */
  async set(options: LoadStageOptions): Promise<Post[]> {
    const model = await ModelServer.start(options);
    this.ends.push(() => model.stop());
    await model.take(options.model);
    const url = await this.fleet(model);
    const posts: Post[] = [];
    const numbers = Array.from({ length: options.tenants }, (_, index) => index + 1).values();
    const lane = async (): Promise<void> => {
      for (const number of numbers) posts.push(await this.tenant(url, number, options.chunks));
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    return posts;
  }

  /**
   * Ends everything, the last first, whatever fails.
   *
   * @throws The first failure. There are some where Ctrl-C ended the servers as well.
   */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const end of this.ends.toReversed()) await end().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }

  private async fleet(model: ModelServer): Promise<string> {
    const database = await this.servers.create();
    this.ends.push(() => database.drop());
    const env = {
      DATABASE_URL: database.url,
      REDIS_URL: this.servers.redisUrl,
      ATTUNE_PLATFORM_API_KEY: this.platformKey,
      ...model.environment,
    };
    const ports: number[] = [];
    for (let count = 0; count < replicas; count += 1) {
      const { url, stop } = await startProduct(env);
      this.ends.push(stop);
      ports.push(Number(new URL(url).port));
    }
    const balancer = await LoadBalancer.start(ports);
    this.ends.push(() => balancer.stop());
    return balancer.url;
  }

  private async tenant(url: string, number: number, chunks: number): Promise<Post> {
    const key = await createTenant(new ApiClient(url, this.platformKey), { number });
    await addDocuments(new ApiClient(url, key), { chunks, seed: number });
    return queries(url, key);
  }
}
