import { Redis } from 'ioredis';
import { type CachePart, oneByOne } from '#cache';
import { type Answers, monotonicMs, serve } from '../worker.js';
import { type LinkedCache, linkCache } from './linked-cache.js';

export const kind = 'bench';
export const rawChannel = 'attune-bench:raw';

/** The other process of `propagation`: says when a plain message came, and when its cache stopped giving the old value. */
export function serveListener(): void {
  const listener = new Listener();
  serve(listener.answers, () => listener.close());
}

class Listener {
  readonly answers: Answers = {
    connect: ({ redisUrl }: { redisUrl: string }) => this.connect(redisUrl),
    now: () => monotonicMs(),
    expectMessage: () => this.expect(),
    expectChange: ({ key, version }: { key: string; version: number }) => this.expectChange(key, version),
    heardAt: () => this.heard.promise,
  };
  private heard = Promise.withResolvers<number>();
  private subscriber: Redis | undefined;
  private linked: LinkedCache | undefined;
  private part: CachePart<number> | undefined;
  private readonly stored = new Map<string, number>();

  async close(): Promise<void> {
    this.subscriber?.disconnect();
    await this.linked?.close();
  }

  private async connect(redisUrl: string): Promise<void> {
    this.linked = await linkCache(redisUrl);
    const load = oneByOne(async (key) => {
      const version = this.stored.get(key);
      return version === undefined ? null : { version, value: version };
    });
    this.part = this.linked.cache.part<number>(kind, load);
    this.part.onChange((key) => this.changed(key));
    this.subscriber = new Redis(redisUrl);
    this.subscriber.on('message', () => this.heard.resolve(monotonicMs()));
    await this.subscriber.subscribe(rawChannel);
  }

  private expect(): void {
    this.heard = Promise.withResolvers();
  }

  /** Holds the version that the change will make old. */
  private async expectChange(key: string, version: number): Promise<void> {
    this.stored.set(key, version);
    await this.part!.get(key);
    if (this.part!.peek(key)?.version !== version)
      throw new Error(`${key} is not held at version ${version}.`);
    this.expect();
  }

  private changed(key: string): void {
    const at = monotonicMs();
    const held = this.part!.peek(key);
    if (held?.version === this.stored.get(key))
      this.heard.reject(new Error(`The old ${key} is still given.`));
    else this.heard.resolve(at);
  }
}
