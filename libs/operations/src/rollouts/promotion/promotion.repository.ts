import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { EvaluatedGroup } from '../../bulk/bulk-evaluation.js';
import type { Rollout } from '../rollout.js';
import type { TenantVersion } from '../../population/tenant-population.repository.js';

/** Writes the result of a promotion. Every method runs in the caller's transaction, which must have locked the tenants. */
@Injectable()
export class PromotionRepository {
  constructor(private readonly database: Database) {}

  /** Adds the changes to the settings of the tenants, in one statement. Each gets a new version. */
  async writeSettings({ changes }: Rollout, tenants: readonly TenantVersion[]): Promise<void> {
    const sql = `UPDATE tenant_configurations SET settings = settings || $1::jsonb WHERE tenant_id = ANY($2)`;
    await this.database.query(sql, [JSON.stringify(changes), tenantIdsOf(tenants)]);
  }

  /** Stores the outcome of each tenant, with its version after the promotion. */
  async recordOutcomes(operationId: string, evaluated: readonly EvaluatedGroup[]): Promise<void> {
    const sql = `UPDATE bulk_operation_items i SET outcome = u.outcome, detail = u.detail, version = c.version
      FROM unnest($2::text[], $3::text[], $4::text[]) AS u (tenant_id, outcome, detail)
      JOIN tenant_configurations c ON c.tenant_id = u.tenant_id
      WHERE i.operation_id = $1 AND i.tenant_id = u.tenant_id`;
    const rows = evaluated.flatMap(({ group, evaluation }) =>
      tenantIdsOf(group.tenants).map((id) => ({ ...evaluation, id })),
    );
    await this.database.query(sql, [
      operationId,
      rows.map(({ id }) => id),
      rows.map(({ outcome }) => outcome),
      rows.map(({ detail }) => detail),
    ]);
  }
}

function tenantIdsOf(tenants: readonly TenantVersion[]): string[] {
  return tenants.map(({ tenant_id: id }) => id);
}
