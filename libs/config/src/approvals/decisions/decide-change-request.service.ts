import { Injectable } from '@nestjs/common';
import { ConflictError } from '#kernel';
import type { ChangeCommand } from '../../change/change.js';
import { ChangePipeline } from '../../change/change-pipeline.js';
import { ChangeMetrics } from '../../rate-limits/change-metrics.js';
import type { ConfigurationInputs } from '../../compile/compiled-configuration.js';
import { ApprovalVoidedError, buildApprovedChange, toRequester } from './approved-change.js';
import type { ChangeRequest } from '../../change/change-request.js';
import { type StoredChangeRequest, toChangeRequest } from '../change-request.repository.js';
import {
  ChangeRequestsService,
  alreadyDecidedError,
  changeRequestConflict,
} from '../change-requests.service.js';
import { type DecisionInput, DecisionRecorder } from './decision-recorder.js';
import { TenantUpdateService } from './tenant-update.service.js';

/**
 * Approves and rejects change requests (specification §3.8). Requester and approver are two persons, as far as their credentials can
 * tell. When several admins decide at once, the first decision counts. The request and the change are one transaction.
 */
@Injectable()
export class DecideChangeRequestService {
  constructor(
    private readonly pipeline: ChangePipeline,
    private readonly requests: ChangeRequestsService,
    private readonly tenantUpdates: TenantUpdateService,
    private readonly recorder: DecisionRecorder,
    private readonly metrics: ChangeMetrics,
  ) {}

  /**
   * Makes the change. The history names the requester and their role as the author; the request and the audit log name the approver.
   *
   * @throws NotFoundError when there is no such request.
   * @throws ConflictError when it is decided already, approver and requester may be one person, its tenant is suspended, or it has
   * become void.
   * @throws ConcurrentUpdateError, GateFailedError: the request stays pending.
   */
  async approve(decision: DecisionInput): Promise<ChangeRequest> {
    const request = await this.getPending(decision.id);
    await this.recorder.assertTwoPersons(request, decision.approver);
    try {
      return await (request.kind === 'tenant_update'
        ? this.tenantUpdates.apply(request, decision)
        : this.apply(request, decision));
    } catch (error) {
      throw error instanceof ApprovalVoidedError
        ? await this.recorder.toVoid(request, decision, error.message)
        : error;
    }
  }

  private async apply(request: StoredChangeRequest, decision: DecisionInput): Promise<ChangeRequest> {
    let decided = request;
    const onWritten = async (appliedVersion: number): Promise<void> => {
      decided = await this.recorder.record(request, decision, { state: 'applied', appliedVersion });
    };
    const command = toChangeCommand(request, onWritten);
    await this.metrics.countRefusals(command.tenantId, async () => {
      const draft = await this.pipeline.open(command);
      await this.pipeline.commit(draft, buildNext(request, draft.inputs));
    });
    return toChangeRequest(decided);
  }

  /**
   * Ends the request; the configuration stays as it is. The maker of the requester's key may do that, for nothing is changed.
   *
   * @throws NotFoundError when there is no such request.
   * @throws ConflictError when it is decided already, or the approver made it.
   */
  async reject(decision: DecisionInput): Promise<ChangeRequest> {
    const request = await this.getPending(decision.id);
    if (request.requested_by === decision.approver.actor)
      throw new ConflictError('You made this change request; another platform admin must decide on it.');
    return this.recorder.reject(request, decision);
  }

  private async getPending(id: string): Promise<StoredChangeRequest> {
    const request = await this.requests.get(id);
    if (request.state !== 'pending') throw alreadyDecidedError(request);
    return request;
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
