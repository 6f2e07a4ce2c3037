import { Injectable } from '@nestjs/common';
import { ChangeRequestRepository } from '#config';
import { createPatch, diffConfigurations, isSettingName, pickEffectiveSettings } from '#settings';
import { type SharedInputs, layersOfGroup } from '../../population/tenant-population.service.js';
import type { ConfigurationGroup, TenantVersion } from '../../population/tenant-population.repository.js';
import type { EvaluatedGroup } from '../bulk-evaluation.js';
import type { StoredBulkOperation } from '../bulk-operation.js';

/** Tenants that are treated alike, and what would become of them. */
interface GroupToApprove extends EvaluatedGroup<Omit<ConfigurationGroup, 'tenants'>> {
  readonly tenants: readonly TenantVersion[];
}

/** Opens the change requests of a bulk operation, for tenants whose changes need approval. */
@Injectable()
export class BulkChangeRequestService {
  constructor(private readonly requests: ChangeRequestRepository) {}

  /** Opens one request for each tenant of the group, in the caller's transaction. It shows the effective values to the approver. */
  async openForGroup(
    operation: StoredBulkOperation,
    { group, evaluation, tenants }: GroupToApprove,
    sharedInputs: SharedInputs,
  ): Promise<void> {
    const { settings, set_by } = evaluation;
    const after = { settings, override_allowed: group.override_allowed };
    const diff = diffConfigurations(group, after);
    const changed = diff.map(({ field }) => field).filter(isSettingName);
    const layers = layersOfGroup({ ...group, settings, set_by }, sharedInputs);
    await this.requests.insertMany(tenants, {
      kind: operation.kind === 'update' ? 'bulk_update' : 'bulk_revert',
      patch: createPatch(group, after),
      diff,
      settings_after: settings,
      effective_after: pickEffectiveSettings(layers, changed),
      bulk_id: operation.id,
      reason: operation.reason,
      requested_by: operation.created_by,
      requested_by_role: 'platform_admin',
      from_version: null,
      set_by: null,
      file_settings: null,
      gate: false,
    });
  }
}
