import { inParallel } from '../code/in-parallel.js';
import { NoServiceError, RefusedError, type Server } from '../server/server.js';
import type { ConfigurationClass } from './classes.js';
import type { TestQuestion } from './questions.js';

/** What one question was answered under one configuration. */
export interface Run {
  readonly answer: string;
  /** The chunks in the prompt, best first. */
  readonly sources: readonly string[];
  readonly model: string;
  readonly costUsd: number;
  readonly ms: number;
  readonly degraded: readonly string[];
}

/** A question under today's settings and the proposed ones; null where no model answered. */
export interface Asked {
  readonly question: TestQuestion;
  readonly before: Run | null;
  readonly after: Run | null;
  /** Why there is nothing to compare; null when there is. */
  readonly error: string | null;
}

export interface Job {
  readonly one: ConfigurationClass;
  readonly question: TestQuestion;
}

interface TestRun {
  readonly status: 'success' | 'failed';
  readonly answer: string;
  readonly sources: readonly { readonly chunk_id: string }[];
  readonly model_used: string;
  readonly usage: { readonly cost_usd: number };
  readonly timings_ms: Readonly<Record<string, number>>;
  readonly degraded: readonly { readonly stage: string; readonly reason: string }[];
}

interface TestAnswer extends TestRun {
  readonly baseline: TestRun | null;
}

/**
 * Asks every class its questions, and gives what came of each in the order of the jobs; null for those that were not asked any more
 * once `stop` was told to. A service that is gone tells it so too.
 */
export function askAll(
  server: Server,
  jobs: readonly Job[],
  { concurrency, stop }: { readonly concurrency: number; readonly stop: AbortController },
): Promise<(Asked | null)[]> {
  return inParallel(jobs, { concurrency, what: 'asking' }, async (job) => {
    if (stop.signal.aborted) return null;
    try {
      return await ask(server, job, stop.signal);
    } catch (error) {
      if (stop.signal.aborted) return null;
      if (error instanceof NoServiceError) stop.abort(error);
      else if (!(error instanceof RefusedError)) throw error;
      return { question: job.question, before: null, after: null, error: reasonOf(error) };
    }
  });
}

async function ask(server: Server, { one, question }: Job, signal: AbortSignal): Promise<Asked> {
  const path = testPath(one);
  const body = { ...one.patch, question: question.question, compare: true };
  try {
    const { body: answer } = await server.post<TestAnswer>(path, body, signal);
    return { question, before: runOf(answer.baseline!), after: runOf(answer), error: null };
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    return { question, ...(await today(server, { one, question }, signal)), after: null };
  }
}

/** No model answered under the proposed settings. Whether one does today makes it a difference, or a service that does not work. */
async function today(
  server: Server,
  { one, question }: Job,
  signal: AbortSignal,
): Promise<Pick<Asked, 'before' | 'error'>> {
  try {
    const { body } = await server.post<TestAnswer>(testPath(one), { question: question.question }, signal);
    return { before: runOf(body), error: null };
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    return { before: null, error: `No model answers under either settings: ${error.message}` };
  }
}

function testPath({ tenants }: ConfigurationClass): string {
  return `/v1/platform/tenants/${encodeURIComponent(tenants[0]!)}/config/test`;
}

function isUnanswered(error: unknown): error is RefusedError {
  return error instanceof RefusedError && (error.status === 502 || error.status === 504);
}

function reasonOf(error: Error): string {
  const { errors = [] } = error instanceof RefusedError ? error.problem : {};
  return errors.length === 0 ? error.message : errors.map(({ message }) => message).join(' ');
}

function runOf(run: TestRun): Run | null {
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
