import { Redis } from 'ioredis';
import { type CacheRegion, loadEach } from '#cache';
import { type WorkerHandlers, monotonicMs, serveWorker } from '../worker.js';
import { type ConnectedCache, connectCache } from './connected-cache.js';

export const kind = 'bench';
export const rawChannel = 'attune-bench:raw';

/** The other process of `propagation`: reports when a plain message arrived, and when its cache dropped the old value. */
export function serveListener(): void {
  const listener = new PropagationListener();
  serveWorker(listener.handlers, () => listener.close());
}

class PropagationListener {
  readonly handlers: WorkerHandlers = {
    connect: ({ redisUrl }: { redisUrl: string }) => this.connect(redisUrl),
    now: () => monotonicMs(),
    expectMessage: () => this.expect(),
    expectChange: ({ key, version }: { key: string; version: number }) => this.expectChange(key, version),
    receivedAt: () => this.received.promise,
  };
  private received = Promise.withResolvers<number>();
  private subscriber: Redis | undefined;
  private connected: ConnectedCache | undefined;
  private region: CacheRegion<number> | undefined;
  private readonly storedVersions = new Map<string, number>();

  async close(): Promise<void> {
    this.subscriber?.disconnect();
    await this.connected?.close();
  }

  private async connect(redisUrl: string): Promise<void> {
    this.connected = await connectCache(redisUrl);
    const load = loadEach(async (key) => {
      const version = this.storedVersions.get(key);
      return version === undefined ? null : { version, value: version };
    });
    this.region = this.connected.cache.region<number>(kind, load);
    this.region.onChange((key) => this.onChange(key));
    this.subscriber = new Redis(redisUrl);
    this.subscriber.on('message', () => this.received.resolve(monotonicMs()));
    await this.subscriber.subscribe(rawChannel);
  }

  private expect(): void {
    this.received = Promise.withResolvers();
  }

  /** Caches the version that the change will replace. */
  private async expectChange(key: string, version: number): Promise<void> {
    this.storedVersions.set(key, version);
    await this.region!.get(key);
    if (this.region!.peek(key)?.version !== version)
      throw new Error(`${key} is not cached at version ${version}.`);
    this.expect();
  }

  private onChange(key: string): void {
    const at = monotonicMs();
    const cached = this.region!.peek(key);
    if (cached?.version === this.storedVersions.get(key))
      this.received.reject(new Error(`The old value of ${key} is still returned.`));
    else this.received.resolve(at);
  }
}
