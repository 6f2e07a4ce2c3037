import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { Principal } from '#http';
import { ConflictError } from '#kernel';
import type { ChangeRequest } from '../../change/change-request.js';
import {
  ChangeRequestRepository,
  type DecisionRecord,
  type StoredChangeRequest,
  toChangeRequest,
} from '../change-request.repository.js';
import { alreadyDecidedError, changeRequestConflict } from '../change-requests.service.js';
import { type Lineage, findSharedPerson } from './four-eyes.js';

/** The decision of a platform admin on one request. */
export interface DecisionInput {
  readonly id: string;
  readonly approver: Principal;
  readonly comment: string | null;
}

type DecisionResult = Pick<DecisionRecord, 'state' | 'voidReason' | 'appliedVersion'>;

/** Stores decisions on change requests. When several admins decide at once, the first decision counts. */
@Injectable()
export class DecisionRecorder {
  constructor(
    private readonly database: Database,
    private readonly repository: ChangeRequestRepository,
  ) {}

  /** @throws ConflictError when requester and approver may be one person. */
  async assertTwoPersons(request: StoredChangeRequest, { actor }: Principal): Promise<void> {
    const requester: Lineage = { actor: request.requested_by, makers: request.requester_makers };
    const makers = await this.database.readGlobal(() => this.repository.findMakers(actor));
    const message = findSharedPerson(requester, { actor, makers });
    if (message !== null) throw changeRequestConflict(request, message);
  }

  /**
   * Stores the decision in the caller's transaction. The rest of the transaction is the approver's act.
   *
   * @throws ConflictError when another decision was faster, or the tenant was deleted.
   */
  async record(
    { id }: StoredChangeRequest,
    { approver, comment }: DecisionInput,
    result: DecisionResult,
  ): Promise<StoredChangeRequest> {
    await this.repository.setActor(approver);
    const decided = await this.repository.decide(id, { ...result, decidedBy: approver.actor, comment });
    if (decided) return decided;
    const current = await this.repository.find(id);
    throw current
      ? alreadyDecidedError(current)
      : new ConflictError('The tenant was deleted, and its change requests with it.');
  }

  /** Ends the request without a change, in a transaction of its own. */
  async reject(request: StoredChangeRequest, decision: DecisionInput): Promise<ChangeRequest> {
    return toChangeRequest(await this.recordAlone(request, decision, { state: 'rejected' }));
  }

  /** Ends the request in a transaction of its own, and returns the error that says why its change cannot be made. */
  async toVoid(
    request: StoredChangeRequest,
    decision: DecisionInput,
    voidReason: string,
  ): Promise<ConflictError> {
    const decided = await this.recordAlone(request, decision, { state: 'void', voidReason });
    const message = `Nothing was changed and the request is void: ${voidReason}.`;
    return changeRequestConflict(decided, message);
  }

  private recordAlone(
    request: StoredChangeRequest,
    decision: DecisionInput,
    result: DecisionResult,
  ): Promise<StoredChangeRequest> {
    return this.database.asPlatform(request.tenant_id, () => this.record(request, decision, result));
  }
}
