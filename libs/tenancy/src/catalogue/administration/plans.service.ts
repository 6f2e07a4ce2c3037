import { Injectable } from '@nestjs/common';
import type { Author } from '#database';
import { ConflictError, type FieldError, InvalidInputError, NotFoundError } from '#kernel';
import { type Plan, findPlanErrors, planIdPattern } from '#settings';
import { BlastRadius, type BlastRadiusReport, type PreviewPage } from '../blast-radius.js';
import { PlanRepository } from '../plan.repository.js';
import { SharedSettingsTransaction } from '../shared-settings-transaction.js';

/** Plans, as platform admins manage them. */
@Injectable()
export class PlansService {
  constructor(
    private readonly sharedSettings: SharedSettingsTransaction,
    private readonly repository: PlanRepository,
    private readonly blastRadius: BlastRadius,
  ) {}

  /** All plans, the oldest first. */
  list(): Promise<Plan[]> {
    return this.sharedSettings.read(() => this.repository.list());
  }

  /** @throws NotFoundError when there is no such plan. */
  async get(id: string): Promise<Plan> {
    const row = planIdPattern.test(id)
      ? await this.sharedSettings.read(() => this.repository.find(id))
      : null;
    if (!row) throw new NotFoundError(`There is no plan ${id.slice(0, 50)}.`);
    return row.value;
  }

  /**
   * Creates or replaces a plan.
   *
   * @throws InvalidInputError with all errors of the plan.
   */
  put(plan: Plan, author: Author): Promise<Plan> {
    return this.sharedSettings.write(author, async () => {
      await this.validate(plan);
      return (await this.repository.put(plan)).value;
    });
  }

  /** Preview of `put`: the tenants whose settings would change. Throws what `put` would throw. */
  async preview(plan: Plan, page: PreviewPage | null): Promise<BlastRadiusReport> {
    await this.assertValid(plan);
    return this.blastRadius.previewPlan(plan, page);
  }

  /**
   * Deletes a plan that no tenant has.
   *
   * @throws NotFoundError when there is no such plan.
   * @throws ConflictError when tenants have the plan.
   */
  async delete(id: string, author: Author): Promise<void> {
    const { id: planId } = await this.get(id);
    await this.sharedSettings.write(author, async () => {
      const { count, sample } = await this.repository.findTenants(planId);
      if (count > 0) throw stillUsedError(planId, count, sample);
      await this.repository.delete(planId);
    });
  }

  /** @throws InvalidInputError with all errors of the plan. */
  assertValid(plan: Plan): Promise<void> {
    return this.sharedSettings.read(() => this.validate(plan));
  }

  private async validate(plan: Plan): Promise<void> {
    const catalogue = await this.sharedSettings.readCatalogue();
    const platform = await this.sharedSettings.readPlatformDefaults();
    const errors = [...findIdErrors(plan.id), ...findPlanErrors(plan, { platform, catalogue })];
    if (errors.length > 0) throw new InvalidInputError(errors);
  }
}

function stillUsedError(id: string, count: number, sample: readonly string[]): ConflictError {
  const tenants = `${count} ${count === 1 ? 'tenant has' : 'tenants have'}`;
  const message = `${tenants} the plan ${id}, such as ${sample.slice(0, 3).join(', ')}. Move them to another plan, then delete this one.`;
  return new ConflictError(message, { used_by: { tenants: count, sample } });
}

function findIdErrors(id: string): FieldError[] {
  if (planIdPattern.test(id)) return [];
  const message = 'The id of a plan must be 1 to 50 characters of a-z, 0-9 and -.';
  return [{ field: 'plan', rule: 'pattern', message, value: id }];
}
