import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { Arm, RolloutAssignment } from '#config';
import { type Tally, emptyTally } from './tally.js';
import type { RolloutObservationEntity } from './rollout-observation.entity.js';
import type { MeasuredRollout } from './stop-reason.js';

/** The measurements of one arm in one step. */
export interface ArmTally extends Tally {
  readonly assignment: RolloutAssignment;
}

type TallyRow = Tally & Pick<RolloutObservationEntity, 'rollout_id' | 'arm' | keyof Tally>;
type MeasuredRow = Omit<MeasuredRollout, 'control' | 'treatment' | 'control_of_all_steps'> & {
  readonly [Which in 'control' | 'treatment' | 'control_of_all_steps']: Tally | null;
};

const sumColumns = `'samples', sum(samples), 'errors', sum(errors), 'fallbacks', sum(fallbacks), 'cost_usd', sum(cost_usd)`;
const tallyColumns = `jsonb_build_object('samples', samples, 'errors', errors, 'fallbacks', fallbacks, 'cost_usd', cost_usd, 'latencies', to_jsonb(latencies))`;

/** Reads and writes the measurements of rollouts. Every method runs in the caller's transaction, which must be the platform's over all tenants. */
@Injectable()
export class ObservationRepository {
  constructor(private readonly database: Database) {}

  /** Adds to the stored measurements. Rows are locked in a fixed order, so two replicas cannot deadlock. */
  async add(tallies: readonly ArmTally[]): Promise<void> {
    const rows = tallies.map(({ assignment: { id, step, arm }, ...counts }) => ({
      rollout_id: id,
      step,
      arm,
      ...counts,
    }));
    const sql = `INSERT INTO rollout_observations AS o (rollout_id, step, arm, samples, errors, fallbacks, cost_usd, latencies)
      SELECT * FROM jsonb_to_recordset($1::jsonb) AS n(rollout_id text, step integer, arm text,
        samples bigint, errors bigint, fallbacks bigint, cost_usd float8, latencies bigint[])
      ORDER BY rollout_id, step, arm
      ON CONFLICT (rollout_id, step, arm) DO UPDATE SET samples = o.samples + excluded.samples,
        errors = o.errors + excluded.errors, fallbacks = o.fallbacks + excluded.fallbacks,
        cost_usd = o.cost_usd + excluded.cost_usd, last_at = now(),
        latencies = (SELECT array_agg(coalesce(a, 0) + coalesce(b, 0) ORDER BY at)
          FROM unnest(o.latencies, excluded.latencies) WITH ORDINALITY AS t(a, b, at))`;
    await this.database.query(sql, [JSON.stringify(rows)]);
  }

  /** Both arms of each rollout in its current or last step. */
  async findTalliesOfLastSteps(rolloutIds: readonly string[]): Promise<Map<string, Record<Arm, Tally>>> {
    const sql = `SELECT o.rollout_id, o.arm, o.samples::float8 AS samples, o.errors::float8 AS errors,
        o.fallbacks::float8 AS fallbacks, o.cost_usd, o.latencies::float8[] AS latencies
      FROM rollout_observations o JOIN rollouts r ON r.id = o.rollout_id AND r.step = o.step
      WHERE r.id = ANY($1)`;
    const rows = await this.database.query<TallyRow>(sql, [rolloutIds]);
    const rowsByRollout = Map.groupBy(rows, ({ rollout_id: id }) => id);
    return new Map(rolloutIds.map((id) => [id, toTalliesByArm(rowsByRollout.get(id) ?? [])]));
  }

  /** Every running rollout with its measurements. All times are from the database's clock. */
  async findRunning(): Promise<MeasuredRollout[]> {
    const sql = `SELECT r.id, r.step, r.percentage, r.guardrails, ${tallySubquery('control')}, ${tallySubquery('treatment')},
        (SELECT jsonb_build_object(${sumColumns}) FROM rollout_observations WHERE rollout_id = r.id AND arm = 'control' HAVING count(*) > 0)
          AS control_of_all_steps,
        extract(epoch FROM now() - r.step_started_at)::float8 AS step_seconds,
        extract(epoch FROM now() - greatest(r.step_started_at, (SELECT last_at FROM rollout_observations
          WHERE rollout_id = r.id AND step = r.step AND arm = 'treatment')))::float8 AS silent_seconds
      FROM rollouts r WHERE r.state = 'running' ORDER BY r.id`;
    const rows = await this.database.query<MeasuredRow>(sql);
    return rows.map((row) => ({
      ...row,
      control: row.control ?? emptyTally,
      treatment: row.treatment ?? emptyTally,
      control_of_all_steps: { ...emptyTally, ...row.control_of_all_steps },
    }));
  }
}

function tallySubquery(arm: Arm): string {
  return `(SELECT ${tallyColumns} FROM rollout_observations WHERE rollout_id = r.id AND step = r.step AND arm = '${arm}') AS ${arm}`;
}

function toTalliesByArm(rows: readonly TallyRow[]): Record<Arm, Tally> {
  const ofArm = (name: Arm): Tally => rows.find(({ arm }) => arm === name) ?? emptyTally;
  return { control: ofArm('control'), treatment: ofArm('treatment') };
}
