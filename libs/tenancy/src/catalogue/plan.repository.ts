import { Injectable } from '@nestjs/common';
import type { Versioned } from '#cache';
import { Database } from '#database';
import type { Plan } from '#settings';
import { PlanEntity } from './catalogue.entity.js';

type PlanRow = Omit<PlanEntity, 'created_at' | 'updated_at'>;

const columns =
  'id, defaults, allowed_tiers, allowed_models, ceilings, locked_settings, version::float8 AS version';

/** Plans as rows; every method runs in the caller's transaction. */
@Injectable()
export class PlanRepository {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<Versioned<Plan> | null> {
    const row = await this.database.manager.findOneBy(PlanEntity, { id });
    return row ? toVersionedPlan(row) : null;
  }

  async list(): Promise<Plan[]> {
    const order = { created_at: 'ASC', id: 'ASC' } as const;
    return (await this.database.manager.find(PlanEntity, { order })).map((row) => toVersionedPlan(row).value);
  }

  async put(plan: Plan): Promise<Versioned<Plan>> {
    const sql = `INSERT INTO plans (id, defaults, allowed_tiers, allowed_models, ceilings, locked_settings)
      VALUES ($1, $2::jsonb, $3, $4, $5::jsonb, $6)
      ON CONFLICT (id) DO UPDATE SET defaults = excluded.defaults, allowed_tiers = excluded.allowed_tiers,
        allowed_models = excluded.allowed_models, ceilings = excluded.ceilings,
        locked_settings = excluded.locked_settings, updated_at = now()
      RETURNING ${columns}`;
    const [defaults, ceilings] = [JSON.stringify(plan.defaults), JSON.stringify(plan.ceilings)];
    const values = [
      plan.id,
      defaults,
      plan.allowed_tiers,
      plan.allowed_models,
      ceilings,
      plan.locked_settings,
    ];
    const [row] = await this.database.query<PlanRow>(sql, values);
    return toVersionedPlan(row!);
  }

  /** How many tenants have the plan, and at most 20 of them. Locks the plan, so that none can get it until the transaction ends. */
  async findTenants(id: string): Promise<{ readonly count: number; readonly sample: readonly string[] }> {
    await this.database.query('SELECT FROM plans WHERE id = $1 FOR UPDATE', [id]);
    const sql = `SELECT tenant_id, (count(*) OVER ())::int AS count FROM tenants WHERE plan = $1 ORDER BY tenant_id LIMIT 20`;
    const rows = await this.database.query<{ tenant_id: string; count: number }>(sql, [id]);
    return { count: rows[0]?.count ?? 0, sample: rows.map(({ tenant_id: tenant }) => tenant) };
  }

  async delete(id: string): Promise<void> {
    await this.database.query('DELETE FROM plans WHERE id = $1', [id]);
  }
}

function toVersionedPlan(row: PlanRow): Versioned<Plan> {
  const { id, defaults, allowed_tiers, allowed_models, ceilings, locked_settings, version } = row;
  return { version, value: { id, defaults, allowed_tiers, allowed_models, ceilings, locked_settings } };
}
