import { Inject, Injectable } from '@nestjs/common';
import { ConflictError, GateFailedError } from '#kernel';
import { MeteringConfig, meteringConfig } from '#metering';
import { type CompiledConfiguration, compileConfiguration } from '../compile/compiled-configuration.js';
import { buildProposedInputs } from '../compile/proposed-inputs.js';
import { PlaygroundRateLimit } from '../rate-limits/playground-rate-limit.js';
import { ConfigReader } from '../read/config-reader.js';
import { ConfigurationTrial } from '../trial/configuration-trial.js';
import { GoldenQuestionsService } from '../golden-questions/golden-questions.service.js';
import { runGoldenQuestions } from '../golden-questions/run-golden-questions.js';
import { type ChangeDraft, type NextConfiguration, toAuthorRole } from './change.js';

/** Lets a change with `gate: true` pass only when the tenant's golden questions pass under it (specification §4.8). */
@Injectable()
export class GoldenQuestionGate {
  constructor(
    private readonly questions: GoldenQuestionsService,
    private readonly trial: ConfigurationTrial,
    private readonly reader: ConfigReader,
    @Inject(meteringConfig.KEY) private readonly metering: MeteringConfig,
    private readonly playgroundLimit: PlaygroundRateLimit,
  ) {}

  /**
   * All questions share the deadline of one query. A tenant without golden questions is refused: nothing was tried, and the change
   * must not look as if it had been. A tenant's gate counts as one of its playground runs of the hour, because a gate that fails
   * makes no change and would not be counted anywhere else.
   *
   * @throws GateFailedError with `failures` when a question does not pass.
   * @throws ConflictError when there are no golden questions.
   * @throws RateLimitedError, and what `ConfigurationTrial.ask` rejects with.
   */
  async check({ command, inputs }: ChangeDraft, next: NextConfiguration): Promise<void> {
    if (!command.gate) return;
    const questions = await this.questions.listAll(command.tenantId);
    if (questions.length === 0) throw noGoldenQuestionsError();
    if (!command.isApproved && toAuthorRole(command.author) === 'tenant_admin')
      await this.playgroundLimit.consume(command.tenantId);
    const configuration = await this.compileNext({ command, inputs }, next);
    const { subject } = command.author;
    const failures = await runGoldenQuestions(questions, {
      ask: (question, signal) => this.trial.ask(configuration, { question, subject }, signal),
      deadlineMs: this.metering.queryDeadlineMs,
    });
    if (failures.length === 0) return;
    const message = `${failures.length} of ${questions.length} golden questions did not pass, so nothing was changed. failures lists them.`;
    throw new GateFailedError(message, failures);
  }

  /** With the feature flags of the moment, but without a running rollout, which would hide the new settings. */
  private async compileNext(
    { command, inputs }: ChangeDraft,
    next: NextConfiguration,
  ): Promise<CompiledConfiguration> {
    const withOverlays = await this.reader.addOverlays(inputs);
    const setter = command.setBy ?? toAuthorRole(command.author);
    return compileConfiguration(buildProposedInputs(withOverlays, next.settings, setter));
  }
}

function noGoldenQuestionsError(): ConflictError {
  return new ConflictError(
    'gate: true needs golden questions, and this tenant has none. Add one at /v1/golden-questions, or leave gate out.',
  );
}
