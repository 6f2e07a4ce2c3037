import { Injectable, Logger } from '@nestjs/common';
import {
  type ProposedConfiguration,
  ProposedConfigurationService,
  type CompiledConfiguration,
} from '#config';
import { Database, JobQueue } from '#database';
import type { Principal } from '#http';
import {
  BudgetExceededError,
  type DomainError,
  InvalidInputError,
  QuotaExceededError,
  TenantNotFoundError,
  TenantSuspendedError,
  UnavailableError,
  UpstreamError,
} from '#kernel';
import { RagTrial } from '../trial/rag-trial.js';
import { type ReplayedAnswer, compareAnswers, missingAnswer, toReplayedAnswer } from './compare-answers.js';
import { type Replay, type ReplayItem, ReplayRepository } from './replay.repository.js';
import { replayQueue } from './replay.service.js';

interface ReplayJob {
  readonly tenantId: string;
  readonly id: string;
}

/** Then the job goes to the end of the queue, so that the tenants take turns. */
const sliceMs = 30_000;
const maxFailures = 5;
const maxErrorCharacters = 500;
const stoppingErrors = [QuotaExceededError, BudgetExceededError, TenantSuspendedError] as const;

/**
 * Asks the questions of a replay, one after the other, each under the settings of today and under the patch. Every result is saved at once, so
 * that another replica continues after a crash; a question that was being asked then is asked again.
 */
@Injectable()
export class ReplayJobHandler {
  private readonly logger = new Logger('replay');

  constructor(
    private readonly database: Database,
    private readonly repository: ReplayRepository,
    private readonly proposals: ProposedConfigurationService,
    private readonly trial: RagTrial,
    private readonly queue: JobQueue,
  ) {
    queue.registerHandler<ReplayJob>(replayQueue, (job, signal) => this.run(job, signal));
  }

  /** Works for some time, and puts the job back into the queue if it is not done. @throws the reason of the signal when it aborts */
  async run(job: ReplayJob, signal: AbortSignal): Promise<void> {
    try {
      await this.runSlice(job, signal);
    } catch (error) {
      if (error instanceof TenantNotFoundError) return;
      signal.throwIfAborted();
      if (error instanceof UnavailableError) throw error;
      await this.end(job, error);
    }
  }

  private async runSlice(job: ReplayJob, signal: AbortSignal): Promise<void> {
    const { tenantId, id } = job;
    const replay = await this.database.asTenant(tenantId, () => this.repository.start(id));
    if (!replay) return;
    const target = { tenantId, author: authorOf(tenantId, replay) };
    const endAt = Date.now() + sliceMs;
    for (;;) {
      signal.throwIfAborted();
      const item = await this.database.readAsTenant(tenantId, () => this.repository.findNext(id));
      if (!item) break;
      if (Date.now() > endAt) return this.enqueue(job, 0);
      const configurations = await this.proposals.propose(target, replay.patch);
      assertActive(configurations.today);
      await this.ask(job, { replay, configurations, item }, signal);
    }
    await this.database.asTenant(tenantId, () => this.repository.finish(id, 'completed'));
  }

  private async ask(
    { tenantId, id }: ReplayJob,
    asked: {
      readonly replay: Replay;
      readonly configurations: ProposedConfiguration;
      readonly item: ReplayItem;
    },
    signal: AbortSignal,
  ): Promise<void> {
    const { replay, configurations, item } = asked;
    const input = { question: item.question, subject: replay.subject };
    const answer = (configuration: CompiledConfiguration) => this.answer(configuration, input, signal);
    const before = await answer(configurations.today);
    const after = await answer(configurations.proposed);
    const result = compareAnswers(before, after);
    await this.database.asTenant(tenantId, () => this.repository.saveResult(id, item.position, result));
  }

  private async answer(
    configuration: CompiledConfiguration,
    input: { readonly question: string; readonly subject: string },
    signal: AbortSignal,
  ): Promise<ReplayedAnswer> {
    try {
      return toReplayedAnswer(await this.trial.ask(configuration, input, signal));
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof UpstreamError) return missingAnswer(error.message);
      throw error;
    }
  }

  /** A limit and a suspension stop it, a patch that breaks the rules of now fails it; anything else is tried again some times. */
  private async end(job: ReplayJob, error: unknown): Promise<void> {
    const { tenantId, id } = job;
    const isStop = isStoppingError(error);
    const isKnown = isStop || error instanceof InvalidInputError;
    const message = isKnown
      ? error.message.slice(0, maxErrorCharacters)
      : 'An internal error; the log has it.';
    if (!isKnown) this.logger.error({ err: error, tenant_id: tenantId }, 'a question of a replay failed');
    await this.database.asTenant(tenantId, async () => {
      const failures = isKnown ? maxFailures : await this.repository.recordFailure(id);
      if (failures >= maxFailures) await this.repository.finish(id, isStop ? 'stopped' : 'failed', message);
      else await this.queue.enqueue(replayQueue, job, 2 ** failures);
    });
  }

  private async enqueue(job: ReplayJob, afterSeconds: number): Promise<void> {
    await this.database.asTenant(job.tenantId, () => this.queue.enqueue(replayQueue, job, afterSeconds));
  }
}

function isStoppingError(error: unknown): error is DomainError {
  return stoppingErrors.some((type) => error instanceof type);
}

/** Before each question: a tenant that is suspended while its replay runs costs nothing more. */
function assertActive({ inputs }: CompiledConfiguration): void {
  if (inputs.tenant.status === 'suspended') throw new TenantSuspendedError();
}

/** Only a tenant admin can start a replay. */
function authorOf(tenantId: string, { created_by: actor, subject }: Replay): Principal {
  return { actor, subject, role: 'tenant_admin', tenantId };
}
