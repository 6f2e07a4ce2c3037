import { randomBytes } from 'node:crypto';
import { ApiClient, LoadBalancer } from '#testing';
import type { PostRequest } from '../queries/keep-alive-client.js';
import { addDocuments, queryRequest } from '../queries/add-documents.js';
import { ModelServer } from '../queries/model-server.js';
import { createTenant } from '../seed-tenants.js';
import { startProduct } from '../servers.js';
import { type TemporaryServers, startServers } from '../temporary-servers.js';

export interface LoadSetupOptions {
  readonly tenants: number;
  /** Of each tenant. */
  readonly chunks: number;
  readonly dimensions: number;
  /** What the model takes, in milliseconds. */
  readonly model: number;
}

const replicaCount = 3;
/** Tenants that are made at once. */
const concurrency = 4;

/** Three replicas behind the product's load balancer, on a Postgres and a Redis of their own, with a stand-in for the model. */
export class LoadSetup {
  private readonly cleanup: (() => Promise<unknown>)[] = [];
  private readonly platformKey = `atn_${randomBytes(6).toString('hex')}_${randomBytes(24).toString('hex')}`;

  private constructor(private readonly servers: TemporaryServers) {
    this.cleanup.push(() => servers.stop());
  }

  static async start(): Promise<LoadSetup> {
    return new LoadSetup(await startServers());
  }

  /** A query for each tenant, ready to be asked through the load balancer. */
  async prepareQueries(options: LoadSetupOptions): Promise<PostRequest[]> {
    const model = await ModelServer.start(options);
    this.cleanup.push(() => model.stop());
    await model.setDelayMs(options.model);
    const url = await this.startReplicas(model);
    const posts: PostRequest[] = [];
    const numbers = Array.from({ length: options.tenants }, (_, index) => index + 1).values();
    const lane = async (): Promise<void> => {
      for (const number of numbers)
        posts.push(await this.createTenantWithDocuments(url, number, options.chunks));
    };
    await Promise.all(Array.from({ length: concurrency }, lane));
    return posts;
  }

  /**
   * Ends everything, the last first, whatever fails.
   *
   * @throws The first failure. There are some where Ctrl-C ended the servers as well.
   */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const end of this.cleanup.toReversed()) await end().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }

  private async startReplicas(model: ModelServer): Promise<string> {
    const database = await this.servers.create();
    this.cleanup.push(() => database.drop());
    const env = {
      DATABASE_URL: database.url,
      REDIS_URL: this.servers.redisUrl,
      ATTUNE_PLATFORM_API_KEY: this.platformKey,
      ...model.environment,
    };
    const ports: number[] = [];
    for (let count = 0; count < replicaCount; count += 1) {
      const { url, stop } = await startProduct(env);
      this.cleanup.push(stop);
      ports.push(Number(new URL(url).port));
    }
    const balancer = await LoadBalancer.start(ports);
    this.cleanup.push(() => balancer.stop());
    return balancer.url;
  }

  private async createTenantWithDocuments(url: string, number: number, chunks: number): Promise<PostRequest> {
    const key = await createTenant(new ApiClient(url, this.platformKey), { number });
    await addDocuments(new ApiClient(url, key), { chunks, seed: number });
    return queryRequest(url, key);
  }
}
