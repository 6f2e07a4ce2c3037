import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ChangeBus, type Change } from './bus/change-bus.js';
import { CachePart, type Versioned } from './cache-part.js';

export interface PartOptions {
  /** Entries held at most. Known absences count. */
  readonly maxEntries?: number;
}

const defaultMaxEntries = 10_000;

/**
 * Values of many kinds, each held in this process and never older than the changes it has heard of, its own or those of
 * other replicas. Knows nothing of what it holds.
 *
 * ```ts
 * const plans = cache.part<Plan>('plan', (id) => repository.findPlan(id));
 * const plan = plans.peek('pro') ?? (await plans.get('pro'));
 * database.onCommit((changes) => cache.committed(changes));
 * ```
 */
@Injectable()
export class CoherentCache implements OnModuleInit, OnApplicationShutdown {
  private readonly parts = new Map<string, CachePart<unknown>>();

  constructor(private readonly bus: ChangeBus) {}

  /**
   * The part for `kind`, once each. `load` reads committed data: the value with its version, or null when there is no
   * such thing. What it throws reaches those who asked.
   */
  part<V>(
    kind: string,
    load: (key: string) => Promise<Versioned<V> | null>,
    { maxEntries = defaultMaxEntries }: PartOptions = {},
  ): CachePart<V> {
    if (this.parts.has(kind)) throw new Error(`The cache already has a part for ${kind}; share that one.`);
    const part = new CachePart<V>(kind, load, maxEntries);
    this.parts.set(kind, part);
    return part;
  }

  /**
   * To be called after a commit and before the change is acknowledged: from its beginning this process gives nothing
   * older, then the other replicas are told. Never rejects; takes at most 100 ms when the bus is down.
   */
  async committed(changes: readonly Change[]): Promise<void> {
    this.apply(changes);
    if (changes.length > 0) await this.bus.publish(changes);
  }

  async onModuleInit(): Promise<void> {
    await this.bus.subscribe({
      heard: (changes) => this.apply(changes),
      doubted: () => undefined,
      proven: () => this.parts.forEach((part) => part.distrust()),
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.bus.close();
  }

  /** Kinds nobody holds are ignored. */
  private apply(changes: readonly Change[]): void {
    for (const { kind, key, version } of changes) this.parts.get(kind)?.apply(key, version);
  }
}
