import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { TenantVersion } from '../../population/tenant-population.repository.js';
import { type SharedInputs, layersOfGroup } from '../../population/tenant-population.service.js';
import {
  createPatch,
  diffConfigurations,
  isSettingName,
  type PartialSettings,
  resolveSettings,
} from '#settings';
import type { StoredBulkOperation } from '../bulk-operation.repository.js';
import type { AffectedGroup, Evaluation } from '../bulk-evaluation.js';

interface ApprovalCandidate {
  readonly group: AffectedGroup;
  readonly evaluation: Evaluation;
}

/** Change requests of the tenants whose policy asks for approval; in the caller's transaction. */
@Injectable()
export class BulkChangeRequestRepository {
  constructor(private readonly database: Database) {}

  /** One for each tenant of the class. */
  async insertForGroup(
    operation: StoredBulkOperation,
    { group, evaluation }: ApprovalCandidate,
    sharedInputs: SharedInputs,
  ): Promise<void> {
    const after = { settings: evaluation.settings, override_allowed: group.override_allowed };
    const diff = diffConfigurations(group, after);
    const sql = `INSERT INTO change_requests (tenant_id, base_version, patch, diff, settings_after, effective_after, kind, bulk_id, reason,
        requested_by, requested_by_role)
      SELECT tenant_id, version, $3::jsonb, $4::jsonb, $5::jsonb, $6::jsonb, $7, $8, $9, $10, 'platform_admin'
      FROM unnest($1::text[], $2::bigint[]) AS asked (tenant_id, version)`;
    const effective = effectiveSettingsAfter(
      { group, evaluation },
      sharedInputs,
      diff.map(({ field }) => field),
    );
    const jsonValues = [createPatch(group, after), diff, evaluation.settings, effective];
    await this.database.query(sql, [
      ...toColumns(group.tenants),
      ...jsonValues.map((each) => JSON.stringify(each)),
      operation.kind === 'update' ? 'bulk_update' : 'bulk_revert',
      operation.id,
      operation.reason,
      operation.created_by,
    ]);
  }
}

/** What an approver agrees to: the effective values of what changes. */
function effectiveSettingsAfter(
  { group, evaluation }: ApprovalCandidate,
  sharedInputs: SharedInputs,
  changedFields: readonly string[],
): PartialSettings {
  const names = changedFields.filter(isSettingName);
  const { settings: own, set_by } = evaluation;
  const layers = layersOfGroup({ ...group, settings: own, set_by }, sharedInputs);
  const { settings } = resolveSettings(layers);
  return Object.fromEntries(names.map((name) => [name, settings[name]]));
}

function toColumns(tenants: readonly TenantVersion[]): unknown[] {
  return [tenants.map(({ tenant_id: id }) => id), tenants.map(({ version }) => version)];
}
