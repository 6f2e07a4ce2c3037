import { Injectable } from '@nestjs/common';
import { BulkItemRepository } from '../../bulk/bulk-item.repository.js';
import { BulkOperationRepository, type StoredOperation } from '../../bulk/bulk-operation.repository.js';
import { type Judged, countsOf } from '../../bulk/judgement.js';
import { BulkRequestRepository } from '../../bulk/run/bulk-request.repository.js';
import { ConfigurationRepository } from '../../configuration.repository.js';
import type { Commons } from '../../fleet/fleet.service.js';
import type { Rollout } from '../rollout.js';
import { tenantsOf } from '../survey.js';
import { PromotionRepository } from './promotion.repository.js';

/** Writes a promotion as a bulk operation that is done at once, so that each tenant's outcome shows and it can be reverted. */
@Injectable()
export class PromotionRecord {
  constructor(
    private readonly configurations: ConfigurationRepository,
    private readonly operations: BulkOperationRepository,
    private readonly items: BulkItemRepository,
    private readonly requests: BulkRequestRepository,
    private readonly promotions: PromotionRepository,
  ) {}

  /** Before the tenants are locked: bulk operations and promotions write one after the other. */
  takeTurn(): Promise<void> {
    return this.items.takeTurn();
  }

  /** In the caller's transaction, the tenants being locked; returns the operation's id. */
  async write(
    rollout: Rollout,
    { judged, commons, actor }: { judged: readonly Judged[]; commons: Commons; actor: string },
  ): Promise<string> {
    const operation = await this.begin(rollout, judged, actor);
    const { id, reason } = operation;
    await this.configurations.sign({ action: 'rollout', reason, fromVersion: null, bulkId: id });
    const updated = judged.filter(({ verdict }) => verdict.outcome === 'updated');
    await this.promotions.write(rollout, tenantsOf(updated.map(({ one }) => one)));
    for (const each of judged)
      if (each.verdict.outcome === 'approval_required') await this.requests.open(operation, each, commons);
    await this.promotions.end(id, judged);
    await this.operations.count(id, countsOf(judged));
    await this.operations.complete(id);
    return id;
  }

  private async begin(
    { name, selector, changes }: Rollout,
    judged: readonly Judged[],
    actor: string,
  ): Promise<StoredOperation> {
    const order = { selector, changes, reason: `Rollout: ${name}`, createdBy: actor };
    const { id } = await this.operations.insertUpdate(order, tenantsOf(judged.map(({ one }) => one)));
    return (await this.operations.begin(id))!;
  }
}
