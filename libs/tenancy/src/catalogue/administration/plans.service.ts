import { Injectable } from '@nestjs/common';
import type { Author } from '#database';
import { type FieldError, InvalidInputError } from '#kernel';
import { SharedSettingsTransaction } from '../shared-settings-transaction.js';
import { BlastRadius, type BlastRadiusReport } from '../blast-radius.js';
import { type Plan, findPlanErrors, planIdPattern } from '#settings';
import { PlanRepository } from '../plan.repository.js';

/** What platform admins do to plans. */
@Injectable()
export class PlansService {
  constructor(
    private readonly sharedSettings: SharedSettingsTransaction,
    private readonly repository: PlanRepository,
    private readonly blastRadius: BlastRadius,
  ) {}

  /** @throws InvalidInputError with every fault. */
  put(plan: Plan, author: Author): Promise<Plan> {
    return this.sharedSettings.write(author, async () => {
      await this.validate(plan);
      return (await this.repository.put(plan)).value;
    });
  }

  /** Whose settings `put` would change; refuses what it would refuse. */
  async preview(plan: Plan): Promise<BlastRadiusReport> {
    await this.sharedSettings.read(() => this.validate(plan));
    return this.blastRadius.previewPlan(plan);
  }

  private async validate(plan: Plan): Promise<void> {
    const catalogue = await this.sharedSettings.readCatalogue();
    const platform = await this.sharedSettings.readPlatformDefaults();
    const errors = [...findIdErrors(plan.id), ...findPlanErrors(plan, { platform, catalogue })];
    if (errors.length > 0) throw new InvalidInputError(errors);
  }
}

function findIdErrors(id: string): FieldError[] {
  if (planIdPattern.test(id)) return [];
  return [{ field: 'plan', rule: 'pattern', message: "A plan's id is 1 to 50 of a-z 0-9 -.", value: id }];
}
