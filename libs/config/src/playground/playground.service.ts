import { Injectable } from '@nestjs/common';
import type { CompiledConfiguration } from '../compile/compiled-configuration.js';
import { ProposedConfigurationService } from './proposed-configuration.service.js';
import { PlaygroundRateLimit } from '../rate-limits/playground-rate-limit.js';
import {
  ConfigurationTrial,
  type TrialInput,
  type TrialAnswer,
  isUnanswered,
} from '../trial/configuration-trial.js';
import { GoldenQuestionsService } from '../golden-questions/golden-questions.service.js';
import { parsePlaygroundRequest } from './playground.request.js';
import type { PlaygroundResponse, PlaygroundRun } from './playground.response.js';
import type { PlaygroundContext } from './playground-context.js';

/** Used when the tenant has no golden questions. */
const defaultQuestion = 'What are the most important points in these documents?';
const maxPreviewCharacters = 200;

/** The answer, and the version of the configuration to which the patch was applied. */
export interface PlaygroundResult {
  readonly version: number;
  readonly answer: PlaygroundResponse;
}

/** Asks a real question under the configuration that a patch would make. Saves nothing (specification §3.7). */
@Injectable()
export class PlaygroundService {
  constructor(
    private readonly proposals: ProposedConfigurationService,
    private readonly trial: ConfigurationTrial,
    private readonly questions: GoldenQuestionsService,
    private readonly rateLimit: PlaygroundRateLimit,
  ) {}

  /**
   * The options of a patch (reason, override_allowed, gate, force) are validated but have no effect, so that the same body can then be sent
   * as a PATCH. Owner and `override_allowed` are not checked, because nothing is changed.
   *
   * @throws InvalidInputError with every error of the patch, the question and compare.
   * @throws RateLimitedError, QuotaExceededError, BudgetExceededError when a limit is reached.
   * @throws UpstreamError when no model answered under the proposed settings.
   */
  async run(context: PlaygroundContext, body: unknown): Promise<PlaygroundResult> {
    const { tenantId, author } = context;
    const { patch, question, isCompared, errors } = parsePlaygroundRequest(body);
    const { version, today, proposed } = await this.proposals.propose({ tenantId, author }, patch, {
      errors,
    });
    if (author.role !== 'platform_admin') await this.rateLimit.consume(tenantId);
    const questionText = question ?? (await this.questions.findOldest(tenantId))?.question ?? defaultQuestion;
    const baseline = isCompared ? today : null;
    const input = { question: questionText, subject: author.subject };
    const answer = await this.askBoth(input, { proposed, baseline }, context.clientSignal);
    return { version, answer };
  }

  /** Asks under both configurations at once. When the proposed one fails, the other question is aborted. */
  private async askBoth(
    input: TrialInput,
    { proposed, baseline }: { proposed: CompiledConfiguration; baseline: CompiledConfiguration | null },
    clientSignal: AbortSignal,
  ): Promise<PlaygroundResponse> {
    const abortController = new AbortController();
    const signal = AbortSignal.any([clientSignal, abortController.signal]);
    try {
      const [answer, baselineRun] = await Promise.all([
        this.trial.ask(proposed, input, signal),
        baseline && this.askBaseline(input, baseline, signal),
      ]);
      return { ...toSucceededRun(input.question, answer), baseline: baselineRun };
    } finally {
      abortController.abort();
    }
  }

  /** Today's settings may be broken; then the comparison shows that. */
  private async askBaseline(
    input: TrialInput,
    configuration: CompiledConfiguration,
    signal: AbortSignal,
  ): Promise<PlaygroundRun> {
    try {
      return toSucceededRun(input.question, await this.trial.ask(configuration, input, signal));
    } catch (error) {
      if (isUnanswered(error)) return toFailedRun(input.question);
      throw error;
    }
  }
}

function toSucceededRun(question: string, run: TrialAnswer): PlaygroundRun {
  const { answer, model_used, sandbox, config_applied, sources, usage, timings_ms, degraded } = run;
  const response_preview = truncateAnswer(answer);
  return {
    status: 'success',
    test_query: question,
    model_used,
    sandbox,
    response_preview,
    config_applied,
    answer,
    sources,
    usage,
    timings_ms,
    degraded,
  };
}

function toFailedRun(question: string): PlaygroundRun {
  return {
    status: 'failed',
    test_query: question,
    model_used: null,
    sandbox: false,
    response_preview: null,
    config_applied: null,
    answer: null,
    sources: [],
    usage: null,
    timings_ms: null,
    degraded: [],
  };
}

/** Cuts the answer between characters, never inside a surrogate pair. */
function truncateAnswer(answer: string): string {
  return answer.slice(0, maxPreviewCharacters).replace(/[\uD800-\uDBFF]$/, '');
}
