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
import { ConflictError, NotFoundError, canonicalJson, isObjectId, randomHex } from '#kernel';
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
    const rows = await this.database.listAsTenant(tenantId, () =>
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

  /** If nothing changes, nothing is written. @throws NotFoundError when the tenant has no such question. */
  async edit(
    { tenantId, id }: { readonly tenantId: string; readonly id: string },
    fields: Partial<NewGoldenQuestion>,
    author: Principal,
  ): Promise<GoldenQuestion> {
    const edit = async (): Promise<GoldenQuestion | null> => {
      await this.repository.lock(tenantId);
      const found = await this.repository.find(tenantId, id);
      if (!found) return null;
      const before = toGoldenQuestion(found);
      const after = { ...before, ...fields };
      if (canonicalJson(after) !== canonicalJson(before)) await this.repository.update(tenantId, id, fields);
      return after;
    };
    const edited = isObjectId(id) ? await this.database.asTenant(tenantId, edit, author) : null;
    if (!edited) throw goldenQuestionNotFound();
    return edited;
  }

  /** @throws NotFoundError when the tenant has no such question. */
  async remove(tenantId: string, id: string, author: Principal): Promise<void> {
    const remove = (): Promise<boolean> => this.repository.delete(tenantId, id);
    const isRemoved = isObjectId(id) && (await this.database.asTenant(tenantId, remove, author));
    if (!isRemoved) throw goldenQuestionNotFound();
  }
}

function goldenQuestionNotFound(): NotFoundError {
  return new NotFoundError('There is no such golden question.');
}

function toGoldenQuestion({
  id,
  question,
  expect_sources,
  expect_phrases,
}: GoldenQuestionEntity): GoldenQuestion {
  return { id, question, expect_sources, expect_phrases };
}
