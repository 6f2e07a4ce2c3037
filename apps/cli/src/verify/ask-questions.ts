import { runConcurrently } from '../terminal/run-concurrently.js';
import { ConnectionError, ApiError, type AttuneClient } from '../client/attune-client.js';
import type { ConfigurationGroup } from './configuration-groups.js';
import type { VerificationQuestion } from './read-questions.js';

/** The answer to one question under one configuration. */
export interface AnswerRun {
  readonly answer: string;
  /** The chunks in the prompt, best first. */
  readonly sources: readonly string[];
  readonly model: string;
  readonly costUsd: number;
  readonly ms: number;
  readonly degraded: readonly string[];
}

/** A question under today's settings and the proposed ones; null where no model answered. */
export interface QuestionResult {
  readonly question: VerificationQuestion;
  readonly before: AnswerRun | null;
  readonly after: AnswerRun | null;
  /** Why there is nothing to compare; null when there is. */
  readonly error: string | null;
}

export interface QuestionTask {
  readonly group: ConfigurationGroup;
  readonly question: VerificationQuestion;
}

interface PlaygroundRun {
  readonly status: 'success' | 'failed';
  readonly answer: string;
  readonly sources: readonly { readonly chunk_id: string }[];
  readonly model_used: string;
  readonly usage: { readonly cost_usd: number };
  readonly timings_ms: Readonly<Record<string, number>>;
  readonly degraded: readonly { readonly stage: string; readonly reason: string }[];
}

interface PlaygroundResponse extends PlaygroundRun {
  readonly baseline: PlaygroundRun | null;
}

/**
 * Asks all questions and resolves to the results in the order of the tasks; null for questions that were not asked because `abort`
 * was aborted. An unreachable server aborts it too.
 */
export function askQuestions(
  client: AttuneClient,
  tasks: readonly QuestionTask[],
  { concurrency, abort }: { readonly concurrency: number; readonly abort: AbortController },
): Promise<(QuestionResult | null)[]> {
  return runConcurrently(tasks, { concurrency, what: 'asking' }, async (task) => {
    if (abort.signal.aborted) return null;
    try {
      return await askQuestion(client, task, abort.signal);
    } catch (error) {
      if (abort.signal.aborted) return null;
      if (error instanceof ConnectionError) abort.abort(error);
      else if (!(error instanceof ApiError)) throw error;
      return { question: task.question, before: null, after: null, error: errorText(error) };
    }
  });
}

async function askQuestion(
  client: AttuneClient,
  { group: one, question }: QuestionTask,
  signal: AbortSignal,
): Promise<QuestionResult> {
  const path = playgroundPath(one);
  const body = { ...one.patch, question: question.question, compare: true };
  try {
    const { body: response } = await client.post<PlaygroundResponse>(path, body, { signal });
    return { question, before: toAnswerRun(response.baseline!), after: toAnswerRun(response), error: null };
  } catch (error) {
    if (!isModelFailure(error)) throw error;
    return {
      question,
      ...(await askUnderCurrentSettings(client, { group: one, question }, signal)),
      after: null,
    };
  }
}

/** No model answered under the proposed settings. That is a difference if one answers today, else an error of the service. */
async function askUnderCurrentSettings(
  client: AttuneClient,
  { group: one, question }: QuestionTask,
  signal: AbortSignal,
): Promise<Pick<QuestionResult, 'before' | 'error'>> {
  try {
    const { body } = await client.post<PlaygroundResponse>(
      playgroundPath(one),
      { question: question.question },
      { signal },
    );
    return { before: toAnswerRun(body), error: null };
  } catch (error) {
    if (!isModelFailure(error)) throw error;
    return { before: null, error: `No model answers under either settings: ${error.message}` };
  }
}

function playgroundPath({ tenants }: ConfigurationGroup): string {
  return `/v1/platform/tenants/${encodeURIComponent(tenants[0]!)}/config/test`;
}

function isModelFailure(error: unknown): error is ApiError {
  return error instanceof ApiError && (error.status === 502 || error.status === 504);
}

function errorText(error: Error): string {
  const { errors = [] } = error instanceof ApiError ? error.problem : {};
  return errors.length === 0 ? error.message : errors.map(({ message }) => message).join(' ');
}

function toAnswerRun(run: PlaygroundRun): AnswerRun | null {
  if (run.status === 'failed') return null;
  const { answer, sources, model_used: model, usage, timings_ms: timings, degraded } = run;
  return {
    answer,
    sources: sources.map(({ chunk_id: id }) => id),
    model,
    costUsd: usage.cost_usd,
    ms: Object.values(timings).reduce((sum, ms) => sum + ms, 0),
    degraded: degraded.map(({ stage, reason }) => `${stage}: ${reason}`),
  };
}
