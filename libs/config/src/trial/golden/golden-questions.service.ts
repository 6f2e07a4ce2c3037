import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { type Page, PageQuery, decodeCursor, defaultLimit, pageOf, isWholeNumber } from '#http';
import { ConflictError, NotFoundError, randomHex } from '#kernel';
import type { Principal } from '#tenancy';
import type { GoldenQuestion, NewGoldenQuestion } from './golden-question.js';
import { GoldenQuestionRepository, type StoredQuestion } from './golden-question.repository.js';

/** All of them are asked within one deadline, so there cannot be many. */
const mostQuestions = 50;
const idForm = /^[a-z0-9]{8,32}$/;

/** The questions that a tenant keeps to try changes on (SPEC §4.8). */
@Injectable()
export class GoldenQuestions {
  constructor(
    private readonly database: Database,
    private readonly repository: GoldenQuestionRepository,
  ) {}

  /** Oldest first. */
  all(tenantId: string): Promise<GoldenQuestion[]> {
    return this.database.readAsTenant(tenantId, () => this.repository.all(tenantId));
  }

  /** The oldest one, or null. */
  first(tenantId: string): Promise<GoldenQuestion | null> {
    return this.database.readAsTenant(tenantId, () => this.repository.first(tenantId));
  }

  /** Newest first. */
  async list(tenantId: string, { limit = defaultLimit, cursor }: PageQuery): Promise<Page<GoldenQuestion>> {
    const before = cursor === undefined ? null : Number(decodeCursor(cursor, isWholeNumber)[0]);
    const rows = await this.database.readAsTenant(tenantId, () =>
      this.repository.list(tenantId, limit + 1, before),
    );
    return pageOf(rows, limit, { item: shown, keys: ({ number }) => [String(number)] });
  }

  /** @throws ConflictError when it would be one more than a tenant may keep. */
  async add(tenantId: string, question: NewGoldenQuestion, author: Principal): Promise<GoldenQuestion> {
    const added = { id: randomHex(8), ...question };
    const add = async (): Promise<boolean> => {
      await this.repository.lock(tenantId);
      return this.repository.insert(tenantId, added, mostQuestions);
    };
    if (await this.database.asTenant(tenantId, add, author)) return added;
    const message = `There are ${mostQuestions} golden questions, the most that a tenant can keep; delete one first.`;
    throw new ConflictError(message, { limit: mostQuestions });
  }

  /** @throws NotFoundError when the tenant has no such question. */
  async remove(tenantId: string, id: string, author: Principal): Promise<void> {
    const remove = (): Promise<boolean> => this.repository.delete(tenantId, id);
    const isRemoved = idForm.test(id) && (await this.database.asTenant(tenantId, remove, author));
    if (!isRemoved) throw new NotFoundError('There is no such golden question.');
  }
}

function shown({ id, question, expect_sources, expect_phrases }: StoredQuestion): GoldenQuestion {
  return { id, question, expect_sources, expect_phrases };
}
