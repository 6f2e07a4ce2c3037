import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import {
  type Page,
  PageQuery,
  decodeCursor,
  defaultPageLimit,
  toPage,
  isIntegerString,
  type Principal,
} from '#http';
import { ConflictError, NotFoundError, isObjectId, randomHex } from '#kernel';
import type { GoldenQuestion, NewGoldenQuestion } from './golden-question.js';
import type { GoldenQuestionEntity } from './golden-question.entity.js';
import { GoldenQuestionRepository } from './golden-question.repository.js';

/** All questions share one deadline, so there cannot be many. */
const maxQuestions = 50;

/** The questions that a tenant keeps to test changes with (specification §4.8). */
@Injectable()
export class GoldenQuestionsService {
  constructor(
    private readonly database: Database,
    private readonly repository: GoldenQuestionRepository,
  ) {}

  /** Oldest first. */
  listAll(tenantId: string): Promise<GoldenQuestion[]> {
    return this.database.readAsTenant(tenantId, () => this.repository.all(tenantId));
  }

  /** The oldest one, or null. */
  findOldest(tenantId: string): Promise<GoldenQuestion | null> {
    return this.database.readAsTenant(tenantId, () => this.repository.first(tenantId));
  }

  /** Newest first. */
  async list(
    tenantId: string,
    { limit = defaultPageLimit, cursor }: PageQuery,
  ): Promise<Page<GoldenQuestion>> {
    const before = cursor === undefined ? null : Number(decodeCursor(cursor, isIntegerString)[0]);
    const rows = await this.database.readAsTenant(tenantId, () =>
      this.repository.list(tenantId, limit + 1, before),
    );
    return toPage(rows, limit, { item: toGoldenQuestion, keys: ({ number }) => [String(number)] });
  }

  /** @throws ConflictError when the tenant already has the maximum number of questions. */
  async add(tenantId: string, question: NewGoldenQuestion, author: Principal): Promise<GoldenQuestion> {
    const added = { id: randomHex(8), ...question };
    const add = async (): Promise<boolean> => {
      await this.repository.lock(tenantId);
      return this.repository.insert(tenantId, added, maxQuestions);
    };
    if (await this.database.asTenant(tenantId, add, author)) return added;
    const message = `A tenant can have at most ${maxQuestions} golden questions. Delete one first.`;
    throw new ConflictError(message, { limit: maxQuestions });
  }

  /** @throws NotFoundError when the tenant has no such question. */
  async remove(tenantId: string, id: string, author: Principal): Promise<void> {
    const remove = (): Promise<boolean> => this.repository.delete(tenantId, id);
    const isRemoved = isObjectId(id) && (await this.database.asTenant(tenantId, remove, author));
    if (!isRemoved) throw new NotFoundError('There is no such golden question.');
  }
}

function toGoldenQuestion({
  id,
  question,
  expect_sources,
  expect_phrases,
}: GoldenQuestionEntity): GoldenQuestion {
  return { id, question, expect_sources, expect_phrases };
}
