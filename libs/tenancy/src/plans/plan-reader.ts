import { Injectable } from '@nestjs/common';
import { type CachePart, CoherentCache, type Versioned, oneByOne } from '#cache';
import { Database } from '#database';
import type { Plan } from './plan.js';
import { PlanRepository } from './plan.repository.js';

/** Plans by id, from the coherent cache. */
@Injectable()
export class PlanReader {
  private readonly part: CachePart<Plan>;

  constructor(
    cache: CoherentCache,
    private readonly database: Database,
    private readonly repository: PlanRepository,
  ) {
    const load = oneByOne((id: string) => this.database.readGlobal(() => this.repository.find(id)));
    this.part = cache.part('plan', load, { safe: leastPlan, staysInUse: true });
  }

  /** What is held: the plan, null when there is known to be none, undefined when nothing is held. */
  peek(id: string): Plan | null | undefined {
    const entry = this.part.peek(id);
    return entry ? entry.value : entry;
  }

  async find(id: string): Promise<Plan | null> {
    return (await this.part.get(id))?.value ?? null;
  }

  /** Every plan, from the database. */
  list(): Promise<Plan[]> {
    return this.database.readGlobal(() => this.repository.list());
  }

  /** Whether this is the plan as it is now, as far as is known. */
  isStill(plan: Plan): boolean {
    return this.part.holds(plan.id, plan);
  }

  onChange(listener: (id: string) => void): void {
    this.part.onChange(listener);
  }
}

/** While nothing can be known of a plan: the cheapest models, and no more than the platform's defaults. */
function leastPlan(id: string): Versioned<Plan> {
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
