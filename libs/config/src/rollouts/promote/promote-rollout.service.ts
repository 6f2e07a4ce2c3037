import { setImmediate as breathe } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import type { Principal } from '#tenancy';
import type { Judged } from '../../bulk/judgement.js';
import { type Commons, Fleet } from '../../fleet/fleet.service.js';
import { RolloutRepository } from '../rollout.repository.js';
import type { Rollout } from '../rollout.js';
import { PromotionVerdicts } from './judge-promotion.js';
import { PromotionRecord } from './promotion-record.js';
import { SelectedTenants } from './selected-tenants.js';

/**
 * Makes a rollout's changes settings of every tenant that it means, whatever its percentage was: its end and all new versions in
 * one transaction, so that nobody falls back to the old settings in between. What a bulk update leaves alone stays as it is; for
 * tenants whose changes need approval, a request is opened.
 */
@Injectable()
export class PromoteRollout {
  constructor(
    private readonly database: Database,
    private readonly rollouts: RolloutRepository,
    private readonly fleet: Fleet,
    private readonly tenants: SelectedTenants,
    private readonly record: PromotionRecord,
  ) {}

  /** The promoted rollout; null when there is no such rollout, or it does not run any more. */
  async promote(id: string, author: Principal): Promise<Rollout | null> {
    const rollout = await this.database.readAsPlatform(allTenants, () => this.rollouts.find(id));
    if (!rollout) return null;
    const classes = await this.fleet.classes(rollout.selector);
    const commons = await this.fleet.commons();
    const verdicts = new PromotionVerdicts(rollout.changes, commons);
    for (const one of classes) {
      verdicts.on(one);
      await breathe();
    }
    const work = () => this.finish(rollout, { commons, verdicts, actor: author.actor });
    return this.database.asPlatform(allTenants, work, author);
  }

  /** In one transaction; what was found out beforehand spares the locked tenants the waiting. */
  private async finish(
    { id }: Rollout,
    { commons, verdicts, actor }: { commons: Commons; verdicts: PromotionVerdicts; actor: string },
  ): Promise<Rollout | null> {
    await this.record.takeTurn();
    const rollout = await this.rollouts.hold(id);
    if (!rollout) return null;
    const classes = await this.tenants.lock(rollout.selector, commons);
    const judged = classes.map((one): Judged => {
      const affected = { ...one, conflicts: null, previous: null, previous_set_by: null };
      return { one: affected, verdict: verdicts.on(one) };
    });
    const bulkId = await this.record.write(rollout, { judged, commons, actor });
    return this.rollouts.promote(id, bulkId);
  }
}
