import { Injectable } from '@nestjs/common';
import { OpenRequest } from '../requests/open-request.service.js';
import type { ChangeRequest } from '../requests/change-request.js';
import { ChangeMetrics } from '../limits/change-metrics.js';
import type { Parts } from '../read/compiled-configuration.js';
import { type Change, type Proposal, authorRole } from './change.js';
import { ChangeGate } from './change-gate.js';
import { ChangeLimit } from './change-limit.js';

/** What has to hold, beside its being valid, before a change is written. */
@Injectable()
export class ChangeConditions {
  constructor(
    private readonly limit: ChangeLimit,
    private readonly gate: ChangeGate,
    private readonly requests: OpenRequest,
    private readonly metrics: ChangeMetrics,
  ) {}

  /**
   * Before the change's transaction: the limit first, since a gate's questions cost money; what only asks for approval is no change
   * yet. Returns the request that now waits in place of the change, or null when it can be written.
   *
   * @throws DomainError `rate-limited`, `gate-failed`
   */
  async meet(change: Change, proposal: Proposal): Promise<ChangeRequest | null> {
    const mustWait = needsApproval(proposal.parts, change);
    if (!mustWait) await this.limit.check(change);
    await this.gate.check(change, proposal);
    return mustWait ? this.requests.open(change, proposal) : null;
  }

  /** Once more in the change's transaction, when the row is locked and the count exact. */
  confirm(change: Change): Promise<void> {
    return this.limit.confirm(change);
  }

  /** A change that was not made. */
  refused({ tenantId }: Change, error: unknown): void {
    this.metrics.refused(tenantId, error);
  }
}

function needsApproval({ tenant }: Parts, change: Change): boolean {
  return change.isRequest === true || (tenant.approval_required && !mayGoUnapproved(change));
}

/** Whether the change was approved, or is a platform admin's with force. */
export function mayGoUnapproved({ isApproved, force, author }: Change): boolean {
  return isApproved === true || (force && authorRole(author) === 'platform_admin');
}
