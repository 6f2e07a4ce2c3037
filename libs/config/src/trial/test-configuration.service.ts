import { Injectable } from '@nestjs/common';
import { InvalidInputError } from '#kernel';
import type { Principal } from '#tenancy';
import { authorRole } from '../change/change.js';
import { faultsOfPatch } from '../change/patch-configuration.service.js';
import { TestLimit } from '../limits/test-limit.js';
import { type CompiledConfiguration, type Parts, compile } from '../read/compiled-configuration.js';
import { ConfigReader } from '../read/config-reader.js';
import { parseChange } from '../settings/change-request-body.js';
import { mergePatch } from '../settings/merge-patch.js';
import { ConfigurationTrial, type Trial, type TrialAnswer, isUnanswered } from './configuration-trial.js';
import { GoldenQuestions } from './golden/golden-questions.service.js';
import { proposedParts } from './proposed-parts.js';
import { readTest } from './test.request.js';
import type { TestAnswer, TestRun } from './test.response.js';
import type { Tester } from './tester.js';

/** For a tenant that keeps no golden question. */
const usualQuestion = 'What are the most important points in these documents?';
const previewCharacters = 200;

/** A test's answer, and the version of the configuration that the patch was laid over. */
export interface Tested {
  readonly version: number;
  readonly answer: TestAnswer;
}

/** Asks a real question under a configuration that a patch would make, and saves nothing (SPEC §3.7). */
@Injectable()
export class TestConfiguration {
  constructor(
    private readonly reader: ConfigReader,
    private readonly trial: ConfigurationTrial,
    private readonly questions: GoldenQuestions,
    private readonly limit: TestLimit,
  ) {}

  /**
   * What stands beside the settings in a patch (reason, override_allowed, gate, force) is checked and means nothing here, so that the body
   * that was tried can be sent as it is. Owner and override are no obstacles: nothing is changed.
   *
   * @throws InvalidInputError with every fault that the patch would be refused for · DomainError `rate-limited`, `quota-exceeded`, `budget-exceeded`, and `upstream-failed` or
   *   `upstream-timeout` when no model answered under the proposed settings
   */
  async test(tester: Tester, body: unknown): Promise<Tested> {
    const { tenantId, author } = tester;
    const parts = await this.partsOf(tenantId);
    const { patch, question, isCompared, faults } = readTest(body);
    const proposed = proposedBy(parts, { patch, faults }, author);
    if (author.role !== 'platform_admin') await this.limit.spend(tenantId);
    const asked = question ?? (await this.questions.first(tenantId))?.question ?? usualQuestion;
    const baseline = isCompared ? compile(parts) : null;
    const trial = { question: asked, subject: author.subject };
    const answer = await this.run(trial, { proposed, baseline }, tester.client);
    return { version: parts.stored.version, answer };
  }

  /** Without a running rollout, as for a gate: it would hide the settings that are tried, and it ends. */
  private async partsOf(tenantId: string): Promise<Parts> {
    const { parts } = await this.reader.known(tenantId);
    return this.reader.partsFor(parts.stored);
  }

  /** Both at once. Where the proposed configuration has no answer, nobody waits for the other. */
  private async run(
    trial: Trial,
    { proposed, baseline }: { proposed: CompiledConfiguration; baseline: CompiledConfiguration | null },
    client: AbortSignal,
  ): Promise<TestAnswer> {
    const stop = new AbortController();
    const signal = AbortSignal.any([client, stop.signal]);
    try {
      const [answer, before] = await Promise.all([
        this.trial.ask(proposed, trial, signal),
        baseline && this.baseline(trial, baseline, signal),
      ]);
      return { ...succeeded(trial.question, answer), baseline: before };
    } finally {
      stop.abort();
    }
  }

  /** Today's settings may be what is broken: then that is the comparison. */
  private async baseline(
    trial: Trial,
    configuration: CompiledConfiguration,
    signal: AbortSignal,
  ): Promise<TestRun> {
    try {
      return succeeded(trial.question, await this.trial.ask(configuration, trial, signal));
    } catch (error) {
      if (isUnanswered(error)) return failed(trial.question);
      throw error;
    }
  }
}

function proposedBy(
  parts: Parts,
  { patch, faults }: Pick<ReturnType<typeof readTest>, 'patch' | 'faults'>,
  author: Principal,
): CompiledConfiguration {
  const parsed = parseChange(patch, author.role === 'platform_admin');
  const all = [...faultsOfPatch(parts, parsed, author), ...faults];
  if (all.length > 0) throw new InvalidInputError(all);
  const settings = mergePatch(parts.stored.settings, parsed.patch);
  return compile(proposedParts(parts, settings, authorRole(author)));
}

function succeeded(question: string, run: TrialAnswer): TestRun {
  const { answer, model_used, config_applied, sources, usage, timings_ms, degraded } = run;
  const response_preview = previewOf(answer);
  return {
    status: 'success',
    test_query: question,
    model_used,
    response_preview,
    config_applied,
    answer,
    sources,
    usage,
    timings_ms,
    degraded,
  };
}

function failed(question: string): TestRun {
  return {
    status: 'failed',
    test_query: question,
    model_used: null,
    response_preview: null,
    config_applied: null,
    answer: null,
    sources: [],
    usage: null,
    timings_ms: null,
    degraded: [],
  };
}

/** Never half of a character. */
function previewOf(answer: string): string {
  return answer.slice(0, previewCharacters).replace(/[\uD800-\uDBFF]$/, '');
}
