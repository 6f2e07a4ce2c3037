import type { Redis } from 'ioredis';
import type { RedisAddress, RedisCluster, RedisNode } from '#kernel';
import { openSubscriber } from './redis-link.js';

/** Which server a subscription is to be made on; each failed attempt may lead elsewhere. */
export abstract class SubscriberRoute {
  /** Makes the link of the next attempt, not yet connected. */
  abstract open(): Redis;
  abstract confirm(link: Redis, channels: readonly string[]): Promise<unknown>;
  /** The attempt has failed. True: the server named another one, so that the next attempt need not wait. */
  abstract isSentElsewhere(error: unknown): boolean;

  static to(address: RedisAddress): SubscriberRoute {
    return address.kind === 'cluster' ? new ClusterRoute(address) : new FixedRoute(address);
  }
}

class FixedRoute extends SubscriberRoute {
  constructor(private readonly address: Exclude<RedisAddress, RedisCluster>) {
    super();
  }

  override open(): Redis {
    return openSubscriber(this.address);
  }

  override confirm(link: Redis, channels: readonly string[]): Promise<unknown> {
    return link.subscribe(...channels);
  }

  override isSentElsewhere(): boolean {
    return false;
  }
}

/**
 * Sharded pub/sub: all the channels are in one slot, and the server that owns it is found by asking any. Ordinary
 * pub/sub would send every message to every server of the cluster.
 */
class ClusterRoute extends SubscriberRoute {
  private readonly nodes: RedisNode[];
  private at: RedisNode;
  private redirections = 0;

  constructor(private readonly address: RedisCluster) {
    super();
    this.nodes = [...address.nodes];
    this.at = this.nodes[0]!;
  }

  override open(): Redis {
    return openSubscriber({ ...this.address, ...this.at, kind: 'single', db: 0 });
  }

  override async confirm(link: Redis, channels: readonly string[]): Promise<unknown> {
    await link.ssubscribe(...channels);
    this.redirections = 0;
    return undefined;
  }

  override isSentElsewhere(error: unknown): boolean {
    const owner = error instanceof Error ? this.ownerIn(error.message) : null;
    this.at = owner ?? this.another();
    this.redirections = owner === null ? 0 : this.redirections + 1;
    // While a slot moves, two servers may each name the other.
    return this.redirections === 1;
  }

  /** `MOVED 3999 host:port`; without a host it is a port of the server that answered. */
  private ownerIn(message: string): RedisNode | null {
    const { host, port } = /^MOVED \d+ (?<host>\S*):(?<port>\d+)$/.exec(message)?.groups ?? {};
    return port === undefined ? null : { host: host || this.at.host, port: Number(port) };
  }

  private another(): RedisNode {
    const next = this.nodes.shift()!;
    this.nodes.push(next);
    return next;
  }
}
