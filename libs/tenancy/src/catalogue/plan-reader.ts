import { Injectable } from '@nestjs/common';
import { type CacheRegion, CoherentCache, type Versioned, loadEach } from '#cache';
import { Database } from '#database';
import type { Plan } from '#settings';
import { PlanRepository } from './plan.repository.js';

/** Plans by id, from the coherent cache. */
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

  /** What is held: the plan, null when there is known to be none, undefined when nothing is held. */
  peek(id: string): Plan | null | undefined {
    const entry = this.region.peek(id);
    return entry ? entry.value : entry;
  }

  async find(id: string): Promise<Plan | null> {
    return (await this.region.get(id))?.value ?? null;
  }

  /** Every plan, from the database. */
  list(): Promise<Plan[]> {
    return this.database.readGlobal(() => this.repository.list());
  }

  /** Whether this is the plan as it is now, as far as is known. */
  isCurrent(plan: Plan): boolean {
    return this.region.isCurrent(plan.id, plan);
  }

  onChange(listener: (id: string) => void): void {
    this.region.onChange(listener);
  }
}

/** While nothing can be known of a plan: the cheapest models, and no more than the platform's defaults. */
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
