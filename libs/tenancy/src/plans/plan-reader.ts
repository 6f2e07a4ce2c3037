import { Injectable } from '@nestjs/common';
import { type CachePart, CoherentCache } from '#cache';
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
    this.part = cache.part('plan', (id) => this.database.readGlobal(() => this.repository.find(id)));
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

  onChange(listener: (id: string) => void): void {
    this.part.onChange(listener);
  }
}
