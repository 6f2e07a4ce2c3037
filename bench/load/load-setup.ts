import { ApiClient, LoadBalancer } from '#testing';
import type { PostRequest } from '../queries/keep-alive-client.js';
import { addDocuments, queryRequest, repeatedQuestions } from '../queries/add-documents.js';
import { ModelServer } from '../queries/model-server.js';
import { createTenant } from '../seed-tenants.js';
import { type CleanupSteps, createPlatformKey, startProduct } from '../servers.js';
import { type TemporaryServers, startServers } from '../temporary-servers.js';

export interface LoadSetupOptions {
  readonly tenants: number;
  /** Chunks per tenant. */
  readonly chunks: number;
  readonly dimensions: number;
  /** Delay of the model, in milliseconds. */
  readonly model: number;
}

const replicaCount = 3;
/** Tenants created at the same time. */
const concurrency = 4;

/** Three replicas behind the product's load balancer, on a temporary Postgres and Redis, with a stub of the model. */
export class LoadSetup {
  private readonly cleanup: CleanupSteps = [];
  private readonly platformKey = createPlatformKey();

  private constructor(private readonly servers: TemporaryServers) {
    this.cleanup.push(() => servers.stop());
  }

  static async start(): Promise<LoadSetup> {
    return new LoadSetup(await startServers());
  }

  /** Prepares one query per tenant, to be sent through the load balancer. */
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
   * Stops everything in reverse order, whatever fails.
   *
   * @throws the first failure. There are failures if Ctrl-C ended the servers as well.
   */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.cleanup.toReversed())
      await step().catch((error: unknown) => failures.push(error));
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
    return queryRequest(url, key, repeatedQuestions);
  }
}
