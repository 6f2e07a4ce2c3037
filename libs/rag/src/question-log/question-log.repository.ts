import { Injectable } from '@nestjs/common';
import { Database } from '#database';

const keptDays = 30;
/** Rows per statement, so that no statement holds many locks for long. */
const batchSize = 1_000;

/** Logged questions as rows. Every method runs in the open transaction. */
@Injectable()
export class QuestionLogRepository {
  constructor(private readonly database: Database) {}

  async insert(tenantId: string, question: string): Promise<void> {
    const sql = 'INSERT INTO question_log (tenant_id, question) VALUES ($1, $2)';
    await this.database.query(sql, [tenantId, question]);
  }

  /** Each question once, the one that was asked last first. */
  async findLast(limit: number): Promise<string[]> {
    const sql = `SELECT question FROM question_log WHERE asked_at > now() - interval '${keptDays} days'
      GROUP BY question ORDER BY max(id) DESC LIMIT $1`;
    const rows = await this.database.query<{ question: string }>(sql, [limit]);
    return rows.map(({ question }) => question);
  }

  /** For all tenants, in a transaction of the platform. Deletes questions and replays that are too old. Returns how many. */
  async prune(): Promise<number> {
    const counts: number[] = [];
    for (const [table, time] of [
      ['question_log', 'asked_at'],
      ['replays', 'created_at'],
    ]) {
      const sql = `DELETE FROM ${table} WHERE (tenant_id, id) IN (
        SELECT tenant_id, id FROM ${table} WHERE ${time} < now() - interval '${keptDays} days' LIMIT ${batchSize}) RETURNING id`;
      counts.push((await this.database.query(sql)).length);
    }
    return counts[0]! + counts[1]!;
  }
}
