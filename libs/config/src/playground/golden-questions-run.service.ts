import { Inject, Injectable } from '@nestjs/common';
import { ConflictError } from '#kernel';
import { MeteringConfig, meteringConfig } from '#metering';
import { ProposedConfigurationService } from './proposed-configuration.service.js';
import { PlaygroundRateLimit } from '../rate-limits/playground-rate-limit.js';
import { ConfigurationTrial } from '../trial/configuration-trial.js';
import { GoldenQuestionsService } from '../golden-questions/golden-questions.service.js';
import { askGoldenQuestions } from '../golden-questions/run-golden-questions.js';
import { parseGoldenQuestionsRun } from './golden-questions-run.request.js';
import type { GoldenQuestionsRunResponse } from './golden-questions-run.response.js';
import type { PlaygroundContext } from './playground-context.js';

/** Asks all golden questions of a tenant under settings that are not saved. */
@Injectable()
export class GoldenQuestionsRunService {
  constructor(
    private readonly proposals: ProposedConfigurationService,
    private readonly questions: GoldenQuestionsService,
    private readonly trial: ConfigurationTrial,
    private readonly rateLimit: PlaygroundRateLimit,
    @Inject(meteringConfig.KEY) private readonly metering: MeteringConfig,
  ) {}

  /**
   * All questions share the deadline of one query, as in a gate. The run counts as one test of the hour.
   *
   * @throws InvalidInputError with every error of the patch
   * @throws ConflictError when the tenant has no golden questions
   * @throws RateLimitedError, QuotaExceededError, BudgetExceededError when a limit is reached
   */
  async run(context: PlaygroundContext, body: unknown): Promise<GoldenQuestionsRunResponse> {
    const { tenantId, author, clientSignal } = context;
    const { patch, errors } = parseGoldenQuestionsRun(body);
    const { proposed } = await this.proposals.propose(context, patch, { errors, field: 'patch' });
    const questions = await this.questions.listAll(tenantId);
    if (questions.length === 0) throw noQuestionsError();
    await this.rateLimit.consume(tenantId);
    const { subject } = author;
    const results = await askGoldenQuestions(questions, {
      ask: (question, signal) => this.trial.ask(proposed, { question, subject }, signal),
      deadlineMs: this.metering.queryDeadlineMs,
      clientSignal,
    });
    const passed = results.filter((result) => result.passed).length;
    return { passed, failed: results.length - passed, results };
  }
}

function noQuestionsError(): ConflictError {
  return new ConflictError('The tenant has no golden questions. Add one at /v1/golden-questions.');
}
