import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { TenantsService } from '#tenancy';
import type { ChangeRequest } from '../../change/change-request.js';
import { ApprovalVoidedError, toRequester } from './approved-change.js';
import { type StoredChangeRequest, toChangeRequest } from '../change-request.repository.js';
import { type DecisionInput, DecisionRecorder } from './decision-recorder.js';

/** Makes the approved change of a tenant itself: that its configuration changes without approval from now on. */
@Injectable()
export class TenantUpdateService {
  constructor(
    private readonly database: Database,
    private readonly tenants: TenantsService,
    private readonly recorder: DecisionRecorder,
  ) {}

  /**
   * The audit log names the requester for the change and the approver for the decision; one transaction has both.
   *
   * @throws ApprovalVoidedError when the tenant's changes need no approval any more.
   */
  apply(request: StoredChangeRequest, decision: DecisionInput): Promise<ChangeRequest> {
    const { tenant_id: tenantId } = request;
    const work = async (): Promise<ChangeRequest> => {
      if (!(await this.tenants.turnApprovalOff(tenantId)))
        throw new ApprovalVoidedError('approval_required is false already');
      return toChangeRequest(await this.recorder.record(request, decision, { state: 'applied' }));
    };
    return this.database.asPlatform(tenantId, work, toRequester(request));
  }
}
