import { Injectable } from '@nestjs/common';
import { type CacheRegion, CoherentCache, loadEach } from '#cache';
import { Database, allTenants } from '#database';
import type { RunningRollout } from '../compile/rollout.js';
import { RunningRolloutRepository } from './running-rollout.repository.js';

const allKey = 'all';
const noRollouts: readonly RunningRollout[] = [];

/** The running rollouts, from the coherent cache. They are one entry, because a tenant may take part in any of them. */
@Injectable()
export class RunningRollouts {
  private readonly region: CacheRegion<readonly RunningRollout[]>;
  private readonly listeners: (() => void)[] = [];
  private isSuspended = false;

  constructor(
    cache: CoherentCache,
    private readonly database: Database,
    private readonly repository: RunningRolloutRepository,
  ) {
    const load = loadEach<readonly RunningRollout[]>(() =>
      this.database.readAsPlatform(allTenants, () => this.repository.findRunning()),
    );
    // While they cannot be read, no tenant takes part in any.
    this.region = cache.region('rollouts', load, {
      fallback: () => ({ version: 0, value: [] }),
      keepFresh: true,
    });
  }

  /** The rollouts that apply now. While they cannot be read, or after `suspend`, there are none. */
  async current(): Promise<readonly RunningRollout[]> {
    return this.isSuspended ? noRollouts : ((await this.region.get(allKey))?.value ?? noRollouts);
  }

  /** True when these are the cached rollouts. Rollouts that changed during their load are not. */
  isCurrent(running: readonly RunningRollout[]): boolean {
    return this.isSuspended ? running === noRollouts : this.region.isCurrent(allKey, running);
  }

  /** Until `resume`, this replica applies no rollout. */
  suspend(): void {
    this.setSuspended(true);
  }

  /** Ends `suspend`. */
  resume(): void {
    this.setSuspended(false);
  }

  /** Called when other rollouts may apply than before. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
    this.region.onChange(listener);
  }

  private setSuspended(isSuspended: boolean): void {
    if (this.isSuspended === isSuspended) return;
    this.isSuspended = isSuspended;
    for (const listener of this.listeners) listener();
  }
}
