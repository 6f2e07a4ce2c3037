import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { TenantVersion } from '../../fleet/fleet.repository.js';
import { type Commons, layersOfClass } from '../../fleet/fleet.service.js';
import { patchBetween } from '../../requests/patch-between.js';
import { differences } from '../../settings/difference.js';
import { resolve } from '../../settings/layers.js';
import { type SomeSettings, isSettingName } from '../../settings/tenant-settings.js';
import type { StoredOperation } from '../bulk-operation.repository.js';
import type { AffectedClass, Verdict } from '../judgement.js';

interface Wanted {
  readonly one: AffectedClass;
  readonly verdict: Verdict;
}

/** Change requests of the tenants whose policy asks for approval; in the caller's transaction. */
@Injectable()
export class BulkRequestRepository {
  constructor(private readonly database: Database) {}

  /** One for each tenant of the class. */
  async open(operation: StoredOperation, { one, verdict }: Wanted, commons: Commons): Promise<void> {
    const after = { settings: verdict.settings, override_allowed: one.override_allowed };
    const diff = differences(one, after);
    const sql = `INSERT INTO change_requests (tenant_id, base_version, patch, diff, settings_after, effective_after, kind, bulk_id, reason,
        requested_by, requested_by_role)
      SELECT tenant_id, version, $3::jsonb, $4::jsonb, $5::jsonb, $6::jsonb, $7, $8, $9, $10, 'platform_admin'
      FROM unnest($1::text[], $2::bigint[]) AS asked (tenant_id, version)`;
    const effective = effectiveAfter(
      { one, verdict },
      commons,
      diff.map(({ field }) => field),
    );
    const texts = [patchBetween(one, after), diff, verdict.settings, effective];
    await this.database.query(sql, [
      ...columnsOf(one.tenants),
      ...texts.map((each) => JSON.stringify(each)),
      operation.kind === 'update' ? 'bulk_update' : 'bulk_revert',
      operation.id,
      operation.reason,
      operation.created_by,
    ]);
  }
}

/** What an approver agrees to: the effective values of what changes. */
function effectiveAfter(
  { one, verdict }: Wanted,
  commons: Commons,
  changed: readonly string[],
): SomeSettings {
  const names = changed.filter(isSettingName);
  const { settings: own, set_by } = verdict;
  const layers = layersOfClass({ ...one, settings: own, set_by }, commons);
  const { settings } = resolve(layers);
  return Object.fromEntries(names.map((name) => [name, settings[name]]));
}

function columnsOf(tenants: readonly TenantVersion[]): unknown[] {
  return [tenants.map(({ tenant_id: id }) => id), tenants.map(({ version }) => version)];
}
