import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { ConflictError } from '#kernel';
import { ApprovalQueue, type ChangeCommand, type ValidatedChange, toAuthorRole } from '../change/change.js';
import { diffConfigurations, isSettingName, createPatch } from '#settings';
import type { ChangeRequest } from '../change/change-request.js';
import {
  ChangeRequestRepository,
  type NewChangeRequest,
  toChangeRequest,
} from './change-request.repository.js';
import { effectiveSettingsAfter } from '../compile/effective-settings.js';

/** More than that many nobody looks through. Those of bulk operations come beside them. */
const maxPendingRequests = 50;

/** Lets a change wait for approval instead of making it (specification §3.8). */
@Injectable()
export class OpenChangeRequestService extends ApprovalQueue {
  constructor(
    private readonly database: Database,
    private readonly repository: ChangeRequestRepository,
  ) {
    super();
  }

  /** @throws ConflictError when too many of the tenant's requests wait already. */
  async open(change: ChangeCommand, validated: ValidatedChange): Promise<ChangeRequest> {
    const { tenantId, author } = change;
    const databaseAuthor = { ...author, role: toAuthorRole(author) };
    const insert = (): Promise<ChangeRequest> => this.insert(toNewRequest(change, validated));
    return databaseAuthor.role === 'platform_admin'
      ? this.database.asPlatform(tenantId, insert, databaseAuthor)
      : this.database.asTenant(tenantId, insert, databaseAuthor);
  }

  private async insert(request: NewChangeRequest): Promise<ChangeRequest> {
    if (
      request.bulk_id === null &&
      (await this.repository.countPending(request.tenant_id)) >= maxPendingRequests
    ) {
      const message = `${maxPendingRequests} change requests of this tenant wait already. Withdraw some, or have them decided.`;
      throw new ConflictError(message);
    }
    return toChangeRequest(await this.repository.insert(request));
  }
}

function toNewRequest(change: ChangeCommand, { inputs, next }: ValidatedChange): NewChangeRequest {
  const { stored } = inputs;
  const role = toAuthorRole(change.author);
  const diff = diffConfigurations(stored, next);
  const changed = diff.map(({ field }) => field).filter(isSettingName);
  return {
    tenant_id: change.tenantId,
    base_version: stored.version,
    patch: createPatch(stored, next),
    diff,
    settings_after: next.settings,
    effective_after: effectiveSettingsAfter(inputs, {
      settings: next.settings,
      changed,
      setter: change.setBy ?? role,
    }),
    kind: next.action,
    from_version: next.fromVersion,
    set_by: change.setBy ?? null,
    file_settings: next.file?.names ?? null,
    bulk_id: change.bulkId ?? null,
    gate: change.gate,
    reason: change.reason,
    requested_by: change.author.actor,
    requested_by_role: role,
  };
}
