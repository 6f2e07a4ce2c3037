import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { Database, sqlStateOf, advisoryLockSql } from '#database';
import { TenantNotFoundError } from '#kernel';
import { GoldenQuestionEntity } from './golden-question.entity.js';
import type { NewGoldenQuestion } from './golden-question.js';

/** Golden questions as rows; every method runs in the caller's transaction. */
@Injectable()
export class GoldenQuestionRepository {
  constructor(private readonly database: Database) {}

  /** Oldest first. */
  all(tenantId: string): Promise<GoldenQuestionEntity[]> {
    return this.database.manager.find(GoldenQuestionEntity, {
      where: { tenant_id: tenantId },
      order: { number: 'ASC' },
    });
  }

  /** Newest first, below the number `before` when given. */
  list(tenantId: string, limit: number, before: number | null): Promise<GoldenQuestionEntity[]> {
    return this.database.manager.find(GoldenQuestionEntity, {
      where: { tenant_id: tenantId, ...(before === null ? {} : { number: LessThan(before) }) },
      order: { number: 'DESC' },
      take: limit,
    });
  }

  first(tenantId: string): Promise<GoldenQuestionEntity | null> {
    return this.database.manager.findOne(GoldenQuestionEntity, {
      where: { tenant_id: tenantId },
      order: { number: 'ASC' },
    });
  }

  /** Lets one adder of the tenant's questions in at a time, until the transaction ends. */
  async lock(tenantId: string): Promise<void> {
    await this.database.query(advisoryLockSql.goldenQuestions, [tenantId]);
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

  /** The question as it is now; null if there is none. */
  async find(tenantId: string, id: string): Promise<GoldenQuestionEntity | null> {
    return this.database.manager.findOne(GoldenQuestionEntity, { where: { tenant_id: tenantId, id } });
  }

  async update(tenantId: string, id: string, fields: Partial<NewGoldenQuestion>): Promise<void> {
    await this.database.manager.update(GoldenQuestionEntity, { tenant_id: tenantId, id }, fields);
  }

  async delete(tenantId: string, id: string): Promise<boolean> {
    const { affected } = await this.database.manager.delete(GoldenQuestionEntity, {
      tenant_id: tenantId,
      id,
    });
    return affected === 1;
  }
}
