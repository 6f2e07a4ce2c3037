import { Injectable } from '@nestjs/common';
import { Database, sqlStateOf } from '#database';
import { TenantNotFoundError } from '#kernel';
import type { GoldenQuestion, NewGoldenQuestion } from './golden-question.js';

/** With its place in the tenant's order. */
export interface StoredGoldenQuestion extends GoldenQuestion {
  readonly number: number;
}

const selectedColumns = 'id, number, question, expect_sources, expect_phrases';

/** Golden questions as rows; every method runs in the caller's transaction. */
@Injectable()
export class GoldenQuestionRepository {
  constructor(private readonly database: Database) {}

  /** Oldest first. */
  all(tenantId: string): Promise<StoredGoldenQuestion[]> {
    const sql = `SELECT ${selectedColumns} FROM golden_questions WHERE tenant_id = $1 ORDER BY number`;
    return this.database.query<StoredGoldenQuestion>(sql, [tenantId]);
  }

  /** Newest first, below the number `before` when given. */
  list(tenantId: string, limit: number, before: number | null): Promise<StoredGoldenQuestion[]> {
    const sql = `SELECT ${selectedColumns} FROM golden_questions
      WHERE tenant_id = $1 AND ($3::bigint IS NULL OR number < $3) ORDER BY number DESC LIMIT $2`;
    return this.database.query<StoredGoldenQuestion>(sql, [tenantId, limit, before]);
  }

  async first(tenantId: string): Promise<StoredGoldenQuestion | null> {
    const sql = `SELECT ${selectedColumns} FROM golden_questions WHERE tenant_id = $1 ORDER BY number LIMIT 1`;
    const [row] = await this.database.query<StoredGoldenQuestion>(sql, [tenantId]);
    return row ?? null;
  }

  /** Lets one adder of the tenant's questions in at a time, until the transaction ends. */
  async lock(tenantId: string): Promise<void> {
    await this.database.query("SELECT pg_advisory_xact_lock(hashtext('golden_questions'), hashtext($1))", [
      tenantId,
    ]);
  }

  /**
   * False when the tenant has `most` of them already. Exact under the lock.
   *
   * @throws NotFoundError when the tenant is gone.
   */
  async insert(
    tenantId: string,
    newQuestion: NewGoldenQuestion & { id: string },
    maxQuestions: number,
  ): Promise<boolean> {
    const sql = `INSERT INTO golden_questions (tenant_id, id, number, question, expect_sources, expect_phrases)
      SELECT $1, $2, coalesce(max(number), 0) + 1, $3, $4::text[], $5::text[]
      FROM golden_questions WHERE tenant_id = $1 HAVING count(*) < $6::int RETURNING id`;
    const { id, question, expect_sources: sources, expect_phrases: phrases } = newQuestion;
    try {
      return (
        (await this.database.query(sql, [tenantId, id, question, sources, phrases, maxQuestions])).length > 0
      );
    } catch (error) {
      throw sqlStateOf(error) === '23503' ? new TenantNotFoundError() : error;
    }
  }

  async delete(tenantId: string, id: string): Promise<boolean> {
    const sql = 'DELETE FROM golden_questions WHERE tenant_id = $1 AND id = $2 RETURNING id';
    return (await this.database.query(sql, [tenantId, id])).length > 0;
  }
}
