import { Injectable } from '@nestjs/common';
import type { ChangeRequest } from './change-request.js';
import { ChangeMetrics } from '../rate-limits/change-metrics.js';
import type { ConfigurationInputs } from '../compile/compiled-configuration.js';
import { ApprovalQueue, type ChangeCommand, type ValidatedChange, toAuthorRole } from './change.js';
import { GoldenQuestionGate } from './golden-question-gate.js';
import { ChangeRateLimit } from './change-rate-limit.js';

/** What has to hold, beside its being valid, before a change is written. */
@Injectable()
export class ChangePreconditions {
  constructor(
    private readonly rateLimit: ChangeRateLimit,
    private readonly gate: GoldenQuestionGate,
    private readonly approvals: ApprovalQueue,
    private readonly metrics: ChangeMetrics,
  ) {}

  /**
   * Before the change's transaction: the limit first, since a gate's questions cost money; what only asks for approval is no change
   * yet. Returns the request that now waits in place of the change, or null when it can be written.
   *
   * @throws DomainError `rate-limited`, `gate-failed`
   */
  async check(change: ChangeCommand, validated: ValidatedChange): Promise<ChangeRequest | null> {
    const mustBeApproved = needsApproval(validated.inputs, change);
    if (!mustBeApproved) await this.rateLimit.check(change);
    await this.gate.check(change, validated);
    return mustBeApproved ? this.approvals.open(change, validated) : null;
  }

  /** Once more in the change's transaction, when the row is locked and the count exact. */
  recheck(change: ChangeCommand): Promise<void> {
    return this.rateLimit.recheck(change);
  }

  /** A change that was not made. */
  recordRefusal({ tenantId }: ChangeCommand, error: unknown): void {
    this.metrics.recordRefused(tenantId, error);
  }
}

function needsApproval({ tenant }: ConfigurationInputs, change: ChangeCommand): boolean {
  return change.isApprovalRequested === true || (tenant.approval_required && !bypassesApproval(change));
}

/** Whether the change was approved, or is a platform admin's with force. */
export function bypassesApproval({ isApproved, force, author }: ChangeCommand): boolean {
  return isApproved === true || (force && toAuthorRole(author) === 'platform_admin');
}
