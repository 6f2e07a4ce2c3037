import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { ConflictError } from '#kernel';
import type { Principal } from '#tenancy';
import type { Change } from '../change/change.js';
import { ChangeConfiguration } from '../change/change-configuration.service.js';
import type { Parts } from '../read/compiled-configuration.js';
import { ApprovalVoid, approvedChange, requesterOf } from './approved-change.js';
import type { ChangeRequest } from './change-request.js';
import {
  ChangeRequestRepository,
  type Ending,
  type StoredRequest,
  shownRequest,
} from './change-request.repository.js';
import { ChangeRequests, alreadyDecided, conflictOver } from './change-requests.service.js';

/** A platform admin's word on a request. */
export interface Decision {
  readonly id: string;
  readonly approver: Principal;
  readonly comment: string | null;
}

/** Approves and rejects (SPEC §3.8). Of many who decide at once, one does; the request and the configuration change together. */
@Injectable()
export class DecideRequest {
  constructor(
    private readonly database: Database,
    private readonly changes: ChangeConfiguration,
    private readonly requests: ChangeRequests,
    private readonly repository: ChangeRequestRepository,
  ) {}

  /**
   * Makes the change as its requester's own: the history names them and their role, so that a tenant's approved change is the
   * tenant's. Who approved it stands in the request and the audit log.
   *
   * @throws ConflictError when it is decided already, was asked by the approver, belongs to a suspended tenant, or is void now.
   * @throws DomainError `concurrent-update` when the configuration changed at the same moment, `gate-failed`: the request waits on.
   */
  async approve(decision: Decision): Promise<ChangeRequest> {
    const request = await this.decidable(decision);
    let applied = request;
    const settle = async (appliedVersion: number): Promise<void> => {
      applied = await this.end(request, decision, { state: 'applied', appliedVersion });
    };
    try {
      await this.changes.make(approvedBy(request, settle), (parts) => planOf(request, parts));
    } catch (error) {
      throw error instanceof ApprovalVoid ? await this.voided(request, decision, error.message) : error;
    }
    return shownRequest(applied);
  }

  /** @throws ConflictError when it is decided already, or was asked by who rejects it. */
  async reject(decision: Decision): Promise<ChangeRequest> {
    const request = await this.decidable(decision);
    return shownRequest(
      await this.inScope(request, () => this.end(request, decision, { state: 'rejected' })),
    );
  }

  private async decidable({ id, approver }: Decision): Promise<StoredRequest> {
    const request = await this.requests.get(id);
    if (request.state !== 'pending') throw alreadyDecided(request);
    if (request.requested_by === approver.actor)
      throw new ConflictError(
        'Whoever asked for a change does not decide on it; another platform admin has to.',
      );
    return request;
  }

  private async voided(
    request: StoredRequest,
    decision: Decision,
    voidReason: string,
  ): Promise<ConflictError> {
    const ended = await this.inScope(request, () =>
      this.end(request, decision, { state: 'void', voidReason }),
    );
    const message = `Nothing was changed and the request is void: ${voidReason}.`;
    return conflictOver(ended, message);
  }

  /** In the caller's transaction. */
  private async end(
    request: StoredRequest,
    { approver, comment }: Decision,
    how: Pick<Ending, 'state' | 'voidReason' | 'appliedVersion'>,
  ): Promise<StoredRequest> {
    await this.repository.signAs(approver);
    const ended = await this.repository.end(request.id, { ...how, decidedBy: approver.actor, comment });
    if (ended) return ended;
    const current = await this.repository.find(request.id);
    throw current ? alreadyDecided(current) : new ConflictError('The change request went with its tenant.');
  }

  private inScope<T>({ tenant_id: tenantId }: StoredRequest, work: () => Promise<T>): Promise<T> {
    return this.database.asPlatform(tenantId, work);
  }
}

function approvedBy(request: StoredRequest, settle: (version: number) => Promise<void>): Change {
  return {
    tenantId: request.tenant_id,
    author: requesterOf(request),
    accepted: null,
    force: false,
    reason: request.reason,
    gate: request.gate,
    ...(request.bulk_id !== null && { bulkId: request.bulk_id }),
    ...(request.set_by !== null && { setBy: request.set_by }),
    isApproved: true,
    settle,
  };
}

/** A suspended tenant changes nothing (SPEC §1.6), by nobody's leave; what the platform asked for is the platform's change. */
function planOf(request: StoredRequest, parts: Parts): ReturnType<typeof approvedChange> {
  if (parts.tenant.status === 'suspended' && request.requested_by_role === 'tenant_admin')
    throw conflictOver(
      request,
      'The tenant is suspended: its change requests wait until it is active again.',
    );
  return approvedChange(request, parts);
}
