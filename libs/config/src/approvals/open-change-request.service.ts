import { Injectable } from '@nestjs/common';
import { type Author, Database } from '#database';
import { ConflictError, TenantNotFoundError } from '#kernel';
import type { TenantUpdateQueue } from '#tenancy';
import { ApprovalQueue, type ChangeDraft, type NextConfiguration, toAuthorRole } from '../change/change.js';
import { diffConfigurations, isSettingName, createPatch } from '#settings';
import type { ChangeRequest } from '../change/change-request.js';
import {
  ChangeRequestRepository,
  type NewChangeRequest,
  toChangeRequest,
} from './change-request.repository.js';
import { ConfigurationRepository } from '../storage/configuration.repository.js';
import { effectiveSettingsAfter } from '../compile/proposed-inputs.js';

/** Limits the pending requests of a tenant to what a person can review. Requests of bulk operations do not count. */
const maxPendingRequests = 50;

/** The content of a request that a tenant's changes need no approval any more. */
const approvalOff = {
  patch: { approval_required: false },
  diff: [{ field: 'approval_required', from: true, to: false }],
  effective_after: {},
  kind: 'tenant_update',
  from_version: null,
  set_by: null,
  file_settings: null,
  bulk_id: null,
  gate: false,
  reason: null,
  requested_by_role: 'platform_admin',
} as const;

/** Stores a change as a request that waits for approval (specification §3.8). */
@Injectable()
export class OpenChangeRequestService extends ApprovalQueue implements TenantUpdateQueue {
  constructor(
    private readonly database: Database,
    private readonly repository: ChangeRequestRepository,
    private readonly configurations: ConfigurationRepository,
  ) {
    super();
  }

  /**
   * Fills `ApprovalQueue.open`. At most 50 requests of a tenant may wait; those of bulk operations do not count.
   *
   * @throws ConflictError when the tenant has too many pending requests.
   * @throws TenantNotFoundError when the tenant was deleted meanwhile.
   */
  open(draft: ChangeDraft, next: NextConfiguration): Promise<ChangeRequest> {
    const { tenantId, author } = draft.command;
    const databaseAuthor = { ...author, role: toAuthorRole(author) };
    const insert = (): Promise<ChangeRequest> => this.insert(toNewRequest(draft, next));
    return databaseAuthor.role === 'platform_admin'
      ? this.database.asPlatform(tenantId, insert, databaseAuthor)
      : this.database.asTenant(tenantId, insert, databaseAuthor);
  }

  /** Fills `TenantUpdateQueue.openApprovalOff`. Runs in the caller's transaction. */
  async openApprovalOff(tenantId: string, { actor }: Author): Promise<ChangeRequest> {
    const stored = await this.configurations.find(tenantId);
    if (!stored) throw new TenantNotFoundError();
    return this.insert({
      ...approvalOff,
      tenant_id: tenantId,
      base_version: stored.version,
      settings_after: stored.value.settings,
      requested_by: actor,
    });
  }

  private async insert(request: NewChangeRequest): Promise<ChangeRequest> {
    if (
      request.bulk_id === null &&
      (await this.repository.countPending(request.tenant_id)) >= maxPendingRequests
    ) {
      const message = `This tenant already has ${maxPendingRequests} pending change requests. Withdraw some, or wait until they are decided.`;
      throw new ConflictError(message);
    }
    return toChangeRequest(await this.repository.insert(request));
  }
}

function toNewRequest({ command, inputs }: ChangeDraft, next: NextConfiguration): NewChangeRequest {
  const { stored } = inputs;
  const role = toAuthorRole(command.author);
  const diff = diffConfigurations(stored, next);
  const changed = diff.map(({ field }) => field).filter(isSettingName);
  return {
    tenant_id: command.tenantId,
    base_version: stored.version,
    patch: createPatch(stored, next),
    diff,
    settings_after: next.settings,
    effective_after: effectiveSettingsAfter(inputs, {
      settings: next.settings,
      changed,
      setter: command.setBy ?? role,
    }),
    kind: next.action,
    from_version: next.fromVersion,
    set_by: command.setBy ?? null,
    file_settings: next.file?.names ?? null,
    bulk_id: command.bulkId ?? null,
    gate: command.gate,
    reason: command.reason,
    requested_by: command.author.actor,
    requested_by_role: role,
  };
}
