import { Injectable } from '@nestjs/common';
import { Database, sqlStateOf } from '#database';
import type { SettingsPatch } from '#settings';
import type { ComparedAnswers } from './compare-answers.js';
import type { ReplayEntity, ReplayItemEntity } from './replay.entity.js';

export type Replay = Omit<ReplayEntity, 'tenant_id' | 'cancelled_by'>;
export type ReplayItem = Pick<ReplayItemEntity, 'position' | 'question' | 'result'>;

/** What a replay begins with. */
export interface NewReplay {
  readonly patch: SettingsPatch;
  readonly subject: string;
  readonly createdBy: string;
  readonly questions: readonly string[];
}

const columns = 'id, state, patch, subject, created_by, failures, error, created_at, started_at, finished_at';
const isRunning = `state IN ('queued', 'running')`;
const uniqueViolation = '23505';

/** Replays as rows. Every method runs in the open transaction, for its tenant. */
@Injectable()
export class ReplayRepository {
  constructor(private readonly database: Database) {}

  /** null if another one is queued or running. The transaction must then end. */
  async insert({ patch, subject, createdBy, questions }: NewReplay): Promise<Replay | null> {
    const sql = `INSERT INTO replays (tenant_id, patch, subject, created_by)
      VALUES (attune_current_tenant(), $1, $2, $3) RETURNING ${columns}`;
    try {
      const [replay] = await this.database.query<Replay>(sql, [JSON.stringify(patch), subject, createdBy]);
      await this.insertItems(replay!.id, questions);
      return replay!;
    } catch (error) {
      if (sqlStateOf(error) === uniqueViolation) return null;
      throw error;
    }
  }

  async find(id: string): Promise<Replay | null> {
    const [replay] = await this.database.query<Replay>(`SELECT ${columns} FROM replays WHERE id = $1`, [id]);
    return replay ?? null;
  }

  items(id: string): Promise<ReplayItem[]> {
    const sql = 'SELECT position, question, result FROM replay_items WHERE replay_id = $1 ORDER BY position';
    return this.database.query<ReplayItem>(sql, [id]);
  }

  /** Marks it as running. null if it has ended. */
  async start(id: string): Promise<Replay | null> {
    const sql = `UPDATE replays SET state = 'running', started_at = coalesce(started_at, now())
      WHERE id = $1 AND ${isRunning} RETURNING ${columns}`;
    const [replay] = await this.database.query<Replay>(sql, [id]);
    return replay ?? null;
  }

  /** The next question of a replay that is running; null if there is none. */
  async findNext(id: string): Promise<ReplayItem | null> {
    const sql = `SELECT position, question, result FROM replay_items JOIN replays ON id = replay_id
      WHERE replay_id = $1 AND result IS NULL AND state = 'running' ORDER BY position LIMIT 1`;
    const [item] = await this.database.query<ReplayItem>(sql, [id]);
    return item ?? null;
  }

  async saveResult(id: string, position: number, result: ComparedAnswers): Promise<void> {
    const sql = `UPDATE replay_items SET result = $3 WHERE replay_id = $1 AND position = $2 AND result IS NULL`;
    await this.database.query(sql, [id, position, JSON.stringify(result)]);
    await this.database.query(`UPDATE replays SET failures = 0 WHERE id = $1 AND failures > 0`, [id]);
  }

  /** Counts a failed attempt. Returns how many failed since the last success. */
  async recordFailure(id: string): Promise<number> {
    const sql = 'UPDATE replays SET failures = failures + 1 WHERE id = $1 RETURNING failures';
    const [row] = await this.database.query<Pick<Replay, 'failures'>>(sql, [id]);
    return row?.failures ?? 0;
  }

  /** Does nothing if it has ended. */
  async finish(
    id: string,
    state: 'completed' | 'stopped' | 'failed',
    error: string | null = null,
  ): Promise<void> {
    const sql = `UPDATE replays SET state = $2, error = $3, finished_at = now() WHERE id = $1 AND ${isRunning}`;
    await this.database.query(sql, [id, state, error]);
  }

  /** Does nothing if it has ended. */
  async cancel(id: string, actor: string): Promise<void> {
    const sql = `UPDATE replays SET state = 'cancelled', cancelled_by = $2, finished_at = now() WHERE id = $1 AND ${isRunning}`;
    await this.database.query(sql, [id, actor]);
  }

  private async insertItems(id: string, questions: readonly string[]): Promise<void> {
    const sql = `INSERT INTO replay_items (tenant_id, replay_id, position, question)
      SELECT attune_current_tenant(), $1, position, question FROM unnest($2::text[]) WITH ORDINALITY AS asked (question, position)`;
    await this.database.query(sql, [id, questions]);
  }
}
