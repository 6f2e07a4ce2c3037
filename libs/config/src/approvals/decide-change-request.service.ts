import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { ConflictError } from '#kernel';
import type { Principal } from '#http';
import type { ChangeCommand } from '../change/change.js';
import { ChangePipeline } from '../change/change-pipeline.js';
import { ChangeMetrics } from '../rate-limits/change-metrics.js';
import type { ConfigurationInputs } from '../compile/compiled-configuration.js';
import { ApprovalVoidedError, buildApprovedChange, toRequester } from './approved-change.js';
import type { ChangeRequest } from '../change/change-request.js';
import {
  ChangeRequestRepository,
  type DecisionRecord,
  type StoredChangeRequest,
  toChangeRequest,
} from './change-request.repository.js';
import {
  ChangeRequestsService,
  alreadyDecidedError,
  changeRequestConflict,
} from './change-requests.service.js';

/** The decision of a platform admin on one request. */
export interface DecisionInput {
  readonly id: string;
  readonly approver: Principal;
  readonly comment: string | null;
}

/**
 * Approves and rejects change requests (specification §3.8). When several admins decide at once, the first decision counts. The request
 * and the configuration change in one transaction.
 */
@Injectable()
export class DecideChangeRequestService {
  constructor(
    private readonly database: Database,
    private readonly pipeline: ChangePipeline,
    private readonly requests: ChangeRequestsService,
    private readonly repository: ChangeRequestRepository,
    private readonly metrics: ChangeMetrics,
  ) {}

  /**
   * Makes the change. The history names the requester and their role as the author; the request and the audit log name the approver.
   *
   * @throws NotFoundError when there is no such request.
   * @throws ConflictError when it is decided already, the approver made it, its tenant is suspended, or it has become void.
   * @throws ConcurrentUpdateError, GateFailedError: the request stays pending.
   */
  async approve(decision: DecisionInput): Promise<ChangeRequest> {
    const request = await this.getDecidable(decision);
    let decided = request;
    const onWritten = async (appliedVersion: number): Promise<void> => {
      decided = await this.recordDecision(request, decision, { state: 'applied', appliedVersion });
    };
    try {
      await this.apply(request, toChangeCommand(request, onWritten));
    } catch (error) {
      throw error instanceof ApprovalVoidedError
        ? await this.voidRequest(request, decision, error.message)
        : error;
    }
    return toChangeRequest(decided);
  }

  private async apply(request: StoredChangeRequest, command: ChangeCommand): Promise<void> {
    await this.metrics.countRefusals(command.tenantId, async () => {
      const draft = await this.pipeline.open(command);
      await this.pipeline.commit(draft, buildNext(request, draft.inputs));
    });
  }

  /**
   * Ends the request; the configuration stays as it is.
   *
   * @throws NotFoundError when there is no such request.
   * @throws ConflictError when it is decided already, or the approver made it.
   */
  async reject(decision: DecisionInput): Promise<ChangeRequest> {
    const request = await this.getDecidable(decision);
    return toChangeRequest(
      await this.asPlatform(request, () => this.recordDecision(request, decision, { state: 'rejected' })),
    );
  }

  private async getDecidable({ id, approver }: DecisionInput): Promise<StoredChangeRequest> {
    const request = await this.requests.get(id);
    if (request.state !== 'pending') throw alreadyDecidedError(request);
    if (request.requested_by === approver.actor)
      throw new ConflictError('You made this change request; another platform admin must decide on it.');
    return request;
  }

  private async voidRequest(
    request: StoredChangeRequest,
    decision: DecisionInput,
    voidReason: string,
  ): Promise<ConflictError> {
    const decided = await this.asPlatform(request, () =>
      this.recordDecision(request, decision, { state: 'void', voidReason }),
    );
    const message = `Nothing was changed and the request is void: ${voidReason}.`;
    return changeRequestConflict(decided, message);
  }

  /** In the caller's transaction. */
  private async recordDecision(
    request: StoredChangeRequest,
    { approver, comment }: DecisionInput,
    result: Pick<DecisionRecord, 'state' | 'voidReason' | 'appliedVersion'>,
  ): Promise<StoredChangeRequest> {
    await this.repository.setActor(approver);
    const decided = await this.repository.decide(request.id, {
      ...result,
      decidedBy: approver.actor,
      comment,
    });
    if (decided) return decided;
    const current = await this.repository.find(request.id);
    throw current
      ? alreadyDecidedError(current)
      : new ConflictError('The tenant was deleted, and its change requests with it.');
  }

  private asPlatform<T>({ tenant_id: tenantId }: StoredChangeRequest, work: () => Promise<T>): Promise<T> {
    return this.database.asPlatform(tenantId, work);
  }
}

function toChangeCommand(
  request: StoredChangeRequest,
  onWritten: (version: number) => Promise<void>,
): ChangeCommand {
  return {
    tenantId: request.tenant_id,
    author: toRequester(request),
    acceptedVersions: null,
    force: false,
    reason: request.reason,
    gate: request.gate,
    ...(request.bulk_id !== null && { bulkId: request.bulk_id }),
    ...(request.set_by !== null && { setBy: request.set_by }),
    isApproved: true,
    onWritten,
  };
}

/** A suspended tenant cannot change anything, approved or not (specification §1.6). A request of the platform is the platform's change. */
function buildNext(
  request: StoredChangeRequest,
  inputs: ConfigurationInputs,
): ReturnType<typeof buildApprovedChange> {
  if (inputs.tenant.status === 'suspended' && request.requested_by_role === 'tenant_admin')
    throw changeRequestConflict(
      request,
      'The tenant is suspended; its change requests wait until it is active again.',
    );
  return buildApprovedChange(request, inputs);
}
