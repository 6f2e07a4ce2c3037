import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { ConflictError } from '#kernel';
import { type Change, type Proposal, authorRole } from '../change/change.js';
import { differences } from '../settings/difference.js';
import { isSettingName } from '../settings/tenant-settings.js';
import type { ChangeRequest } from './change-request.js';
import { ChangeRequestRepository, type NewRequest, shownRequest } from './change-request.repository.js';
import { effectiveAfter } from './effective.js';
import { patchBetween } from './patch-between.js';

/** More than that many nobody looks through. Those of bulk operations come beside them. */
const mostPending = 50;

/** Lets a change wait for approval instead of making it (SPEC §3.8). */
@Injectable()
export class OpenRequest {
  constructor(
    private readonly database: Database,
    private readonly repository: ChangeRequestRepository,
  ) {}

  /** @throws ConflictError when too many of the tenant's requests wait already. */
  async open(change: Change, proposal: Proposal): Promise<ChangeRequest> {
    const { tenantId, author } = change;
    const signed = { ...author, role: authorRole(author) };
    const insert = (): Promise<ChangeRequest> => this.insert(requestOf(change, proposal));
    return signed.role === 'platform_admin'
      ? this.database.asPlatform(tenantId, insert, signed)
      : this.database.asTenant(tenantId, insert, signed);
  }

  private async insert(request: NewRequest): Promise<ChangeRequest> {
    if (request.bulk_id === null && (await this.repository.countPending(request.tenant_id)) >= mostPending) {
      const message = `${mostPending} change requests of this tenant wait already. Withdraw some, or have them decided.`;
      throw new ConflictError(message);
    }
    return shownRequest(await this.repository.insert(request));
  }
}

function requestOf(change: Change, { parts, next }: Proposal): NewRequest {
  const { stored } = parts;
  const role = authorRole(change.author);
  const diff = differences(stored, next);
  const changed = diff.map(({ field }) => field).filter(isSettingName);
  return {
    tenant_id: change.tenantId,
    base_version: stored.version,
    patch: patchBetween(stored, next),
    diff,
    settings_after: next.settings,
    effective_after: effectiveAfter(parts, {
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
