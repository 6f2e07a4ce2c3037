import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import type { Principal } from '#http';
import { type EvaluatedGroup, toAffectedGroup } from '../../bulk/bulk-evaluation.js';
import { type SharedInputs, TenantPopulationService } from '../../population/tenant-population.service.js';
import { RolloutRepository } from '../rollout.repository.js';
import { PromotionEvaluator } from './promotion-evaluator.js';
import { PromotionRecorder } from './promotion-recorder.js';
import type { Rollout } from '../rollout.js';
import { SelectedTenantsRepository } from './selected-tenants.repository.js';

/**
 * Makes a rollout's changes settings of every tenant that it means, whatever its percentage was: its end and all new versions in
 * one transaction, so that nobody falls back to the old settings in between. What a bulk update leaves alone stays as it is; for
 * tenants whose changes need approval, a request is opened.
 */
@Injectable()
export class PromotionService {
  constructor(
    private readonly database: Database,
    private readonly rollouts: RolloutRepository,
    private readonly population: TenantPopulationService,
    private readonly selectedTenants: SelectedTenantsRepository,
    private readonly recorder: PromotionRecorder,
  ) {}

  /** The promoted rollout; null when there is no such rollout, or it does not run any more. */
  async promote(id: string, author: Principal): Promise<Rollout | null> {
    const rollout = await this.database.readAsPlatform(allTenants, () => this.rollouts.find(id));
    if (!rollout) return null;
    const groups = await this.population.findGroups(rollout.selector);
    const sharedInputs = await this.population.loadSharedInputs();
    const evaluator = new PromotionEvaluator(rollout.changes, sharedInputs);
    for (const group of groups) {
      evaluator.evaluate(group);
      await yieldToEventLoop();
    }
    const work = () => this.promoteInTransaction(rollout, { sharedInputs, evaluator, actor: author.actor });
    return this.database.asPlatform(allTenants, work, author);
  }

  /** In one transaction; what was found out beforehand spares the locked tenants the waiting. */
  private async promoteInTransaction(
    { id }: Rollout,
    {
      sharedInputs,
      evaluator,
      actor,
    }: { sharedInputs: SharedInputs; evaluator: PromotionEvaluator; actor: string },
  ): Promise<Rollout | null> {
    await this.recorder.acquireLock();
    const rollout = await this.rollouts.lock(id);
    if (!rollout) return null;
    const groups = await this.selectedTenants.lock(rollout.selector, sharedInputs);
    const evaluated = groups.map((group): EvaluatedGroup => {
      return { group: toAffectedGroup(group), evaluation: evaluator.evaluate(group) };
    });
    const bulkId = await this.recorder.record(rollout, { evaluated, sharedInputs, actor });
    return this.rollouts.markPromoted(id, bulkId);
  }
}
