import { Injectable } from '@nestjs/common';
import { ConfigReader, ProposedConfigurationService } from '#config';
import { Database, JobQueue } from '#database';
import type { Principal } from '#http';
import { ConflictError, NotFoundError, isObjectId } from '#kernel';
import type { SettingsPatch } from '#settings';
import { QuestionLogRepository } from '../question-log/question-log.repository.js';
import { parseReplay } from './replay.request.js';
import { type Replay, type ReplayItem, ReplayRepository } from './replay.repository.js';

/** The queue of the jobs that ask logged questions again. */
export const replayQueue = 'replay';

/** A replay with its questions. */
export interface ReplayWithItems {
  readonly replay: Replay;
  readonly items: readonly ReplayItem[];
}

/** Begins replays, reads and cancels them. */
@Injectable()
export class ReplayService {
  private readonly questions: QuestionLogRepository;

  constructor(
    private readonly database: Database,
    private readonly repository: ReplayRepository,
    private readonly configurations: ConfigReader,
    private readonly proposals: ProposedConfigurationService,
    private readonly queue: JobQueue,
  ) {
    this.questions = new QuestionLogRepository(database);
  }

  /**
   * Begins one in the background.
   *
   * @throws InvalidInputError with every error of the body and the patch
   * @throws ConflictError without logged questions, or while another one runs
   */
  async start(tenantId: string, author: Principal, body: unknown): Promise<ReplayWithItems> {
    const { patch, last, errors } = parseReplay(body);
    await this.proposals.propose({ tenantId, author }, patch, { errors, field: 'patch' });
    const { settings } = await this.configurations.current(tenantId);
    if (!settings.log_questions) throw new ConflictError(notLoggedMessage);
    const { subject, actor: createdBy } = author;
    const start = async (): Promise<Replay> => {
      const questions = await this.questions.findLast(last);
      if (questions.length === 0) throw new ConflictError(noQuestionsMessage);
      const replay = await this.repository.insert({
        patch: patch as SettingsPatch,
        subject,
        createdBy,
        questions,
      });
      if (!replay) throw new ConflictError(runningMessage);
      await this.queue.enqueue(replayQueue, { tenantId, id: replay.id });
      return replay;
    };
    const replay = await this.database.asTenant(tenantId, start, author);
    this.queue.wake(replayQueue);
    return this.get(tenantId, replay.id);
  }

  /** @throws NotFoundError when the tenant has no such replay */
  async get(tenantId: string, id: string): Promise<ReplayWithItems> {
    const find = () =>
      this.database.readAsTenant(tenantId, async () => {
        const replay = await this.repository.find(id);
        return replay && { replay, items: await this.repository.items(id) };
      });
    const found = isObjectId(id) ? await find() : null;
    if (!found) throw new NotFoundError('There is no such replay. Replays are deleted after 30 days.');
    return found;
  }

  /** The question that is being asked is the last one. One that has ended stays as it is. @throws NotFoundError */
  async cancel(tenantId: string, id: string, author: Principal): Promise<ReplayWithItems> {
    await this.get(tenantId, id);
    await this.database.asTenant(tenantId, () => this.repository.cancel(id, author.actor), author);
    return this.get(tenantId, id);
  }
}

const notLoggedMessage =
  'The tenant does not log its questions. Set log_questions to true; questions that are asked from then on can be replayed.';
const noQuestionsMessage =
  'No question was logged within the last 30 days. Ask some, then start the replay again.';
const runningMessage = 'Another replay of the tenant is running. Wait for its end, or cancel it.';
