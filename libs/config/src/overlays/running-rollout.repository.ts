import { Injectable } from '@nestjs/common';
import type { Versioned } from '#cache';
import { Database } from '#database';
import type { RunningRollout } from '../compile/rollout.js';
import type { RolloutEntity, RunningRolloutsEntity } from './rollout.entity.js';

type RunningRolloutsRow = Pick<RunningRolloutsEntity, 'version'> & {
  readonly value: Pick<RolloutEntity, keyof RunningRollout>[];
};

/** The columns of `RunningRollout`, in SQL. */
export const runningRolloutColumns = 'id, selector, changes, unit, percentage, guardrails, step';

/** Reads the running rollouts, which `operations` writes, in the caller's transaction over all tenants. */
@Injectable()
export class RunningRolloutRepository {
  constructor(private readonly database: Database) {}

  /** One statement, so that the version belongs to the rows. */
  async findRunning(): Promise<Versioned<RunningRollout[]>> {
    const sql = `SELECT v.version::float8 AS version, (
        SELECT coalesce(jsonb_agg(to_jsonb(r) ORDER BY r.id), '[]')
        FROM (SELECT ${runningRolloutColumns} FROM rollouts WHERE state = 'running') r) AS value
      FROM running_rollouts v WHERE v.id = 'all'`;
    const [row] = await this.database.query<RunningRolloutsRow>(sql);
    if (!row) throw new Error('The row that counts the versions of the running rollouts is missing.');
    return row;
  }
}
