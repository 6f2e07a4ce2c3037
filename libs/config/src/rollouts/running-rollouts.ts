import { Injectable } from '@nestjs/common';
import { type CachePart, CoherentCache, oneByOne } from '#cache';
import { Database, allTenants } from '#database';
import { RolloutRepository } from './rollout.repository.js';
import type { RunningRollout } from './rollout.js';

const whole = 'all';
const none: readonly RunningRollout[] = [];

/** The running rollouts, from the coherent cache: all of them as one part, since a tenant may be in any. */
@Injectable()
export class RunningRollouts {
  private readonly part: CachePart<readonly RunningRollout[]>;
  private readonly listeners: (() => void)[] = [];
  private isSuspended = false;

  constructor(
    cache: CoherentCache,
    private readonly database: Database,
    private readonly repository: RolloutRepository,
  ) {
    const load = oneByOne<readonly RunningRollout[]>(() =>
      this.database.readAsPlatform(allTenants, () => this.repository.running()),
    );
    // While nothing can be known of them, nobody takes part in any.
    this.part = cache.part('rollouts', load, { safe: () => ({ version: 0, value: [] }), staysInUse: true });
  }

  async current(): Promise<readonly RunningRollout[]> {
    return this.isSuspended ? none : ((await this.part.get(whole))?.value ?? none);
  }

  /** Whether these are the ones that are held: what was loaded while they changed is not. */
  isStill(running: readonly RunningRollout[]): boolean {
    return this.isSuspended ? running === none : this.part.holds(whole, running);
  }

  /** Until `resume`, this replica gives nobody a treatment. */
  suspend(): void {
    this.setSuspended(true);
  }

  resume(): void {
    this.setSuspended(false);
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener);
    this.part.onChange(listener);
  }

  private setSuspended(isSuspended: boolean): void {
    if (this.isSuspended === isSuspended) return;
    this.isSuspended = isSuspended;
    for (const listener of this.listeners) listener();
  }
}
