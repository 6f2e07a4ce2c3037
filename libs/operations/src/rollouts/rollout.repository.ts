import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { bulkOutcomes } from '../bulk/bulk-operation.js';
import type { Rollout } from './rollout.js';
import { type RolloutEntity, type RunningRollout, runningRolloutColumns } from '#config';

type RunningRolloutRow = Pick<RolloutEntity, keyof RunningRollout>;

export type NewRollout = Omit<RunningRollout, 'id' | 'step'> & Pick<Rollout, 'name' | 'created_by'>;

const columns = `${runningRolloutColumns}, name, state, stop_reason, step_started_at, created_by, created_at, finished_at, (
    SELECT jsonb_build_object('bulk_id', b.id, ${bulkOutcomes.map((outcome) => `'${outcome}', b.${outcome}`).join(', ')})
    FROM bulk_operations b WHERE b.id = bulk_id) AS promotion`;

/** Reads and writes rollouts. Every method runs in the caller's transaction, which must be the platform's over all tenants. */
@Injectable()
export class RolloutRepository {
  constructor(private readonly database: Database) {}

  /** The running rollouts. Until the transaction ends, no other transaction starts, changes or ends a rollout. */
  async lockRunning(): Promise<RunningRollout[]> {
    await this.database.query(`SELECT FROM running_rollouts WHERE id = 'all' FOR UPDATE`);
    return this.database.query<RunningRolloutRow>(
      `SELECT ${runningRolloutColumns} FROM rollouts WHERE state = 'running' ORDER BY id`,
    );
  }

  async insert(rollout: NewRollout): Promise<Rollout> {
    const sql = `INSERT INTO rollouts (name, selector, changes, unit, percentage, guardrails, created_by)
      VALUES ($1, $2::jsonb, $3::jsonb, $4, $5, $6::jsonb, $7) RETURNING ${columns}`;
    const { name, selector, changes, unit, percentage, guardrails, created_by: createdBy } = rollout;
    const objects = [selector, changes, guardrails].map((object) => JSON.stringify(object));
    const values = [name, objects[0], objects[1], unit, percentage, objects[2], createdBy];
    const [row] = await this.database.query<Rollout>(sql, values);
    return row!;
  }

  /** Null if there is no such rollout. */
  find(id: string): Promise<Rollout | null> {
    return this.findOne(`SELECT ${columns} FROM rollouts WHERE id = $1`, [id]);
  }

  /** Newest first. `before` is the time and id of the last rollout of the previous page. */
  list(limit: number, before: readonly string[] | null): Promise<Rollout[]> {
    const sql = `SELECT ${columns} FROM rollouts
      WHERE $2::timestamptz IS NULL OR (date_trunc('milliseconds', created_at), id) < ($2::timestamptz, $3)
      ORDER BY date_trunc('milliseconds', created_at) DESC, id DESC LIMIT $1`;
    return this.database.query<Rollout>(sql, [limit, before?.[0] ?? null, before?.[1] ?? null]);
  }

  /** Starts the next step. The same percentage again starts none. Null if the rollout is not running. */
  changePercentage(id: string, percentage: number): Promise<Rollout | null> {
    const sql = `UPDATE rollouts SET percentage = $2,
        step = step + CASE WHEN percentage = $2 THEN 0 ELSE 1 END,
        step_started_at = CASE WHEN percentage = $2 THEN step_started_at ELSE now() END
      WHERE id = $1 AND state = 'running' RETURNING ${columns}`;
    return this.findOne(sql, [id, percentage]);
  }

  /** Null if the rollout is not running. */
  abort(id: string): Promise<Rollout | null> {
    const sql = `UPDATE rollouts SET state = 'aborted', finished_at = now()
      WHERE id = $1 AND state = 'running' RETURNING ${columns}`;
    return this.findOne(sql, [id]);
  }

  /** Locks the rollout until the transaction ends. Null if it is not running. */
  lock(id: string): Promise<Rollout | null> {
    return this.findOne(`SELECT ${columns} FROM rollouts WHERE id = $1 AND state = 'running' FOR UPDATE`, [
      id,
    ]);
  }

  /** Ends a locked rollout. Call it last: from here on no other rollout can start or end until the transaction ends. */
  async markPromoted(id: string, bulkId: string): Promise<Rollout> {
    const sql = `UPDATE rollouts SET state = 'promoted', finished_at = clock_timestamp(), bulk_id = $2
      WHERE id = $1 RETURNING ${columns}`;
    return (await this.findOne(sql, [id, bulkId]))!;
  }

  /** Stops the rollout if it is still in the step that the reason is about. False if it is not. */
  async stop({ id, step }: Pick<RunningRollout, 'id' | 'step'>, reason: string): Promise<boolean> {
    const sql = `UPDATE rollouts SET state = 'stopped', stop_reason = $3, finished_at = now()
      WHERE id = $1 AND step = $2 AND state = 'running' RETURNING id`;
    return (await this.database.query(sql, [id, step, reason])).length > 0;
  }

  private async findOne(sql: string, values: unknown[]): Promise<Rollout | null> {
    const [row] = await this.database.query<Rollout>(sql, values);
    return row ?? null;
  }
}
