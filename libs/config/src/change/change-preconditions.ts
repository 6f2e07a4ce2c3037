import { Injectable } from '@nestjs/common';
import {
  ApprovalQueue,
  type ChangeCommand,
  type ChangeDraft,
  type NextConfiguration,
  toAuthorRole,
} from './change.js';
import { ChangeRateLimit } from './change-rate-limit.js';
import type { ChangeRequest } from './change-request.js';
import { GoldenQuestionGate } from './golden-question-gate.js';

/** What a valid change must satisfy before it is written: the hourly limit, the golden questions, the approval. */
@Injectable()
export class ChangePreconditions {
  constructor(
    private readonly rateLimit: ChangeRateLimit,
    private readonly gate: GoldenQuestionGate,
    private readonly approvals: ApprovalQueue,
  ) {}

  /**
   * Call it before the change's transaction. The limit comes first, since the gate's questions cost money; it does not apply to a
   * change request, which changes nothing yet. Returns the request that waits in place of the change, or null: write the change.
   *
   * @throws RateLimitedError, GateFailedError, and what `ApprovalQueue.open` throws.
   */
  async check(draft: ChangeDraft, next: NextConfiguration): Promise<ChangeRequest | null> {
    const mustBeApproved = needsApproval(draft);
    if (!mustBeApproved) await this.rateLimit.check(draft.command);
    await this.gate.check(draft, next);
    return mustBeApproved ? this.approvals.open(draft, next) : null;
  }

  /** Checks the limit again in the change's transaction. The row is locked then, so the count is exact. */
  recheck(command: ChangeCommand): Promise<void> {
    return this.rateLimit.recheck(command);
  }
}

function needsApproval({ command, inputs: { tenant } }: ChangeDraft): boolean {
  return command.isApprovalRequested === true || (tenant.approval_required && !bypassesApproval(command));
}

/** True when the change was approved, or a platform admin makes it with force. */
export function bypassesApproval({ isApproved, force, author }: ChangeCommand): boolean {
  return isApproved === true || (force && toAuthorRole(author) === 'platform_admin');
}
