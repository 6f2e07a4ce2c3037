import { Injectable } from '@nestjs/common';
import { type CacheRegion, CoherentCache, type Versioned, loadEach } from '#cache';
import { Database } from '#database';
import type { Plan } from '#settings';
import { PlanRepository } from './plan.repository.js';

/**
 * Plans by id, from the coherent cache.
 *
 * ```ts
 * const plan = planReader.peek('pro') ?? (await planReader.find('pro'));
 * ```
 */
@Injectable()
export class PlanReader {
  private readonly region: CacheRegion<Plan>;

  constructor(
    cache: CoherentCache,
    private readonly database: Database,
    private readonly repository: PlanRepository,
  ) {
    const load = loadEach((id: string) => this.database.readGlobal(() => this.repository.find(id)));
    this.region = cache.region('plan', load, { fallback: fallbackPlan, keepFresh: true });
  }

  /** The cached plan, synchronously. Null: there is no such plan. Undefined: not cached. */
  peek(id: string): Plan | null | undefined {
    const entry = this.region.peek(id);
    return entry ? entry.value : entry;
  }

  /**
   * The plan, from the database if it is not cached; null when there is none. While the database is unreachable and no copy
   * exists, a plan with the cheapest models.
   */
  async find(id: string): Promise<Plan | null> {
    return (await this.region.get(id))?.value ?? null;
  }

  /** All plans, read from the database, the oldest first. */
  list(): Promise<Plan[]> {
    return this.database.readGlobal(() => this.repository.list());
  }

  /** True while this plan is the one in the cache, and not known to be stale. */
  isCurrent(plan: Plan): boolean {
    return this.region.isCurrent(plan.id, plan);
  }

  /** Calls the listener with the id of every plan whose cached copy was replaced or dropped. */
  onChange(listener: (id: string) => void): void {
    this.region.onChange(listener);
  }
}

/** Used while the database is unreachable and no copy exists: the cheapest models, and nothing beyond the platform's defaults. */
function fallbackPlan(id: string): Versioned<Plan> {
  return {
    version: 0,
    value: {
      id,
      defaults: {},
      allowed_tiers: ['economy'],
      allowed_models: [],
      ceilings: {},
      locked_settings: [],
    },
  };
}
