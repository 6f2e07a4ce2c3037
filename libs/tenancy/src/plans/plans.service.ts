import { Injectable } from '@nestjs/common';
import type { Author } from '#database';
import { type Fault, InvalidInputError } from '#kernel';
import { SharedLayers } from '../catalogue/shared-layers.js';
import { BlastRadius, type Radius } from '../preview/blast-radius.js';
import { type Plan, planId } from './plan.js';
import { PlanRepository } from './plan.repository.js';
import { SettingRules } from './setting-rules.js';

/** What platform admins do to plans. */
@Injectable()
export class PlansService {
  constructor(
    private readonly layers: SharedLayers,
    private readonly repository: PlanRepository,
    private readonly rules: SettingRules,
    private readonly radius: BlastRadius,
  ) {}

  /** @throws InvalidInputError with every fault. */
  put(plan: Plan, author: Author): Promise<Plan> {
    return this.layers.change(author, async () => {
      await this.check(plan);
      return (await this.repository.put(plan)).value;
    });
  }

  /** Whose settings `put` would change; refuses what it would refuse. */
  async preview(plan: Plan): Promise<Radius> {
    await this.layers.look(() => this.check(plan));
    return this.radius.ofPlan(plan);
  }

  private async check(plan: Plan): Promise<void> {
    const catalogue = await this.layers.catalogue();
    const faults = [...idFaults(plan.id), ...(await this.rules.planFaults(plan, catalogue))];
    if (faults.length > 0) throw new InvalidInputError(faults);
  }
}

function idFaults(id: string): Fault[] {
  if (planId.test(id)) return [];
  return [{ field: 'plan', rule: 'pattern', message: "A plan's id is 1 to 50 of a-z 0-9 -.", value: id }];
}
