import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import type { Principal } from '#http';
import { yieldToEventLoop } from '#kernel';
import { type SharedInputs, TenantPopulationService } from '../../population/tenant-population.service.js';
import { RolloutRepository } from '../rollout.repository.js';
import { PromotionEvaluator } from './promotion-evaluator.js';
import { PromotionRecorder } from './promotion-recorder.js';
import type { Rollout } from '../rollout.js';
import { SelectedTenantsRepository } from './selected-tenants.repository.js';

/**
 * Promotes a rollout: its changes become settings of every selected tenant, whatever its percentage was. One transaction ends the
 * rollout and writes all new versions, so no tenant gets its old settings back in between. Tenants that a bulk update would not change
 * stay as they are. For tenants whose changes need approval, a change request is opened.
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

  /** The promoted rollout. Null if there is no such rollout, or if it is not running. */
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

  /** The evaluations of `promote` are cached, so the tenants are locked only briefly. */
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
    const evaluated = groups.map((group) => ({ group, evaluation: evaluator.evaluate(group) }));
    const bulkId = await this.recorder.record(rollout, { evaluated, sharedInputs, actor });
    return this.rollouts.markPromoted(id, bulkId);
  }
}
