import type { Redis } from 'ioredis';
import type { RedisAddress, RedisCluster, RedisNode } from './redis-address.js';
import { createSubscriberClient } from './redis-client.js';

/** Decides on which server to subscribe. Each failed attempt may lead to another one. */
export abstract class SubscriptionTarget {
  /** Creates the link for the next attempt. It is not connected yet. */
  abstract createClient(): Redis;
  abstract subscribe(client: Redis, channels: readonly string[]): Promise<unknown>;
  /** Call it when an attempt has failed. True if the server named another one, so the next attempt need not wait. */
  abstract followRedirect(error: unknown): boolean;

  static forAddress(address: RedisAddress): SubscriptionTarget {
    return address.kind === 'cluster' ? new ClusterTarget(address) : new ServerTarget(address);
  }
}

class ServerTarget extends SubscriptionTarget {
  constructor(private readonly address: Exclude<RedisAddress, RedisCluster>) {
    super();
  }

  override createClient(): Redis {
    return createSubscriberClient(this.address);
  }

  override subscribe(client: Redis, channels: readonly string[]): Promise<unknown> {
    return client.subscribe(...channels);
  }

  override followRedirect(): boolean {
    return false;
  }
}

/**
 * Sharded pub/sub: all channels are in one slot, and any server names the one that owns it. Ordinary pub/sub would send
 * every message to every server of the cluster.
 */
class ClusterTarget extends SubscriptionTarget {
  private readonly nodes: RedisNode[];
  private current: RedisNode;
  private redirections = 0;

  constructor(private readonly address: RedisCluster) {
    super();
    this.nodes = [...address.nodes];
    this.current = this.nodes[0]!;
  }

  override createClient(): Redis {
    return createSubscriberClient({ ...this.address, ...this.current, kind: 'single', db: 0 });
  }

  override async subscribe(client: Redis, channels: readonly string[]): Promise<unknown> {
    await client.ssubscribe(...channels);
    this.redirections = 0;
    return undefined;
  }

  override followRedirect(error: unknown): boolean {
    const owner = error instanceof Error ? this.parseSlotOwner(error.message) : null;
    this.current = owner ?? this.nextNode();
    this.redirections = owner === null ? 0 : this.redirections + 1;
    // While a slot moves, two servers may name each other, so only the first redirection is followed at once.
    return this.redirections === 1;
  }

  /** `MOVED 3999 host:port`; without a host it is a port of the server that answered. */
  private parseSlotOwner(message: string): RedisNode | null {
    const { host, port } = /^MOVED \d+ (?<host>\S*):(?<port>\d+)$/.exec(message)?.groups ?? {};
    return port === undefined ? null : { host: host || this.current.host, port: Number(port) };
  }

  private nextNode(): RedisNode {
    const next = this.nodes.shift()!;
    this.nodes.push(next);
    return next;
  }
}
