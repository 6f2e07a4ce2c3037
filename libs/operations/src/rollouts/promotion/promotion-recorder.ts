import { Injectable } from '@nestjs/common';
import { BulkItemRepository } from '../../bulk/bulk-item.repository.js';
import type { StoredBulkOperation } from '../../bulk/bulk-operation.js';
import { BulkOperationRepository } from '../../bulk/bulk-operation.repository.js';
import { type EvaluatedGroup, countOutcomes, toOutcomeSize } from '../../bulk/bulk-evaluation.js';
import { BulkChangeRequestService } from '../../bulk/run/bulk-change-request.service.js';
import { ConfigurationRepository } from '#config';
import type { SharedInputs } from '../../population/tenant-population.service.js';
import { tenantsOfGroups } from '../eligibility-report.js';
import type { Rollout } from '../rollout.js';
import { PromotionRepository } from './promotion.repository.js';

/** Writes a promotion as a completed bulk operation, so that it lists each tenant's outcome and can be reverted. */
@Injectable()
export class PromotionRecorder {
  constructor(
    private readonly configurations: ConfigurationRepository,
    private readonly operations: BulkOperationRepository,
    private readonly items: BulkItemRepository,
    private readonly changeRequests: BulkChangeRequestService,
    private readonly promotions: PromotionRepository,
  ) {}

  /** Call it before the tenants are locked: bulk operations and promotions write one after the other. */
  acquireLock(): Promise<void> {
    return this.items.acquireLock();
  }

  /** Runs in the caller's transaction, which must have locked the tenants. Returns the operation's id. */
  async record(
    rollout: Rollout,
    {
      evaluated,
      sharedInputs,
      actor,
    }: { evaluated: readonly EvaluatedGroup[]; sharedInputs: SharedInputs; actor: string },
  ): Promise<string> {
    const operation = await this.startOperation(rollout, evaluated, actor);
    const { id, reason } = operation;
    await this.configurations.setAuditContext({ action: 'rollout', reason, fromVersion: null, bulkId: id });
    const updated = evaluated.filter(({ evaluation }) => evaluation.outcome === 'updated');
    await this.promotions.writeSettings(rollout, tenantsOfGroups(updated.map(({ group }) => group)));
    for (const each of evaluated)
      if (each.evaluation.outcome === 'approval_required')
        await this.changeRequests.openForGroup(
          operation,
          { ...each, tenants: each.group.tenants },
          sharedInputs,
        );
    await this.promotions.recordOutcomes(id, evaluated);
    await this.operations.addCounts(id, countOutcomes(evaluated.map(toOutcomeSize)));
    await this.operations.markCompleted(id);
    return id;
  }

  private async startOperation(
    { name, selector, changes }: Rollout,
    evaluated: readonly EvaluatedGroup[],
    actor: string,
  ): Promise<StoredBulkOperation> {
    const operation = { selector, changes, reason: `Rollout: ${name}`, createdBy: actor };
    const { id } = await this.operations.insertUpdate(
      operation,
      tenantsOfGroups(evaluated.map(({ group }) => group)),
    );
    return (await this.operations.markRunning(id))!;
  }
}
