import { Injectable } from '@nestjs/common';
import { ConflictError, Environment, GateFailedError } from '#kernel';
import { PlaygroundRateLimit } from '../rate-limits/playground-rate-limit.js';
import { compileConfiguration } from '../compile/compiled-configuration.js';
import { ConfigurationTrial } from '../trial/configuration-trial.js';
import { runGoldenQuestions } from '../trial/run-golden-questions.js';
import { GoldenQuestionsService } from '../trial/golden-questions.service.js';
import { buildProposedInputs } from '../compile/proposed-inputs.js';
import { type ChangeCommand, type ValidatedChange, toAuthorRole } from './change.js';

/** Lets a change with `gate: true` through only when the tenant's golden questions pass under it (specification §4.8). */
@Injectable()
export class GoldenQuestionGate {
  constructor(
    private readonly questions: GoldenQuestionsService,
    private readonly trial: ConfigurationTrial,
    private readonly environment: Environment,
    private readonly playgroundLimit: PlaygroundRateLimit,
  ) {}

  /**
   * All questions share the deadline of one query. A tenant without any has no gate to pass: whoever asks for one is told so, since a
   * change that nothing was tried on must not look as if it had been. A tenant's gate counts as one of its tests of the hour: one that
   * fails makes no change, and so would be counted nowhere.
   *
   * @throws DomainError `gate-failed` with `failures`, `rate-limited`, `quota-exceeded`, `budget-exceeded`
   * @throws ConflictError when there are no golden questions
   */
  async check(change: ChangeCommand, { inputs, next }: ValidatedChange): Promise<void> {
    if (!change.gate) return;
    const questions = await this.questions.listAll(change.tenantId);
    if (questions.length === 0) throw noGoldenQuestionsError();
    if (!change.isApproved && toAuthorRole(change.author) === 'tenant_admin')
      await this.playgroundLimit.consume(change.tenantId);
    const setter = change.setBy ?? toAuthorRole(change.author);
    const configuration = compileConfiguration(buildProposedInputs(inputs, next.settings, setter));
    const { subject } = change.author;
    const failures = await runGoldenQuestions(questions, {
      ask: (question, signal) => this.trial.ask(configuration, { question, subject }, signal),
      deadlineMs: this.environment.queryDeadlineMs,
    });
    if (failures.length === 0) return;
    const message = `${failures.length} of ${questions.length} golden questions did not pass, so nothing was changed; failures lists them.`;
    throw new GateFailedError(message, failures);
  }
}

function noGoldenQuestionsError(): ConflictError {
  return new ConflictError(
    'gate: true asks the golden questions first, and there are none: add one at /v1/golden-questions, or leave gate out.',
  );
}
