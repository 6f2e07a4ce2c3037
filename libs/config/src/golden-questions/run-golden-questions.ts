import { type TrialAnswer, isUnanswered } from '../trial/configuration-trial.js';
import type { QueryUsage } from '../trial/query-answer.response.js';
import { type GoldenQuestion, type MissingExpectations, findMissingExpectations } from './golden-question.js';

/** A golden question that did not pass, and why, as in the problem `gate-failed`. */
export interface GoldenQuestionFailure extends MissingExpectations {
  readonly id: string;
  readonly question: string;
  /** Why there is no answer; null when there is one. */
  readonly error: string | null;
}

/** What came of a golden question. */
export interface GoldenQuestionResult extends GoldenQuestionFailure {
  readonly passed: boolean;
  /** Null when there is none. */
  readonly answer: string | null;
  readonly usage: QueryUsage | null;
}

export interface GoldenQuestionRun {
  /** May reject with what `ConfigurationTrial.ask` rejects with. */
  readonly ask: (question: string, signal: AbortSignal) => Promise<TrialAnswer>;
  /** For all questions together. */
  readonly deadlineMs: number;
  /** Ends the run; the questions under way are aborted. */
  readonly clientSignal?: AbortSignal;
}

/** Models are slow but answer several questions at a time. One gate must not use all of their capacity. */
const maxConcurrency = 8;

/** Asks all questions as `askGoldenQuestions`, and returns those that do not pass. */
export async function runGoldenQuestions(
  questions: readonly GoldenQuestion[],
  run: GoldenQuestionRun,
): Promise<GoldenQuestionFailure[]> {
  const results = await askGoldenQuestions(questions, run);
  return results
    .filter(({ passed }) => !passed)
    .map(({ id, question, missing_sources, missing_phrases, error }) => ({
      id,
      question,
      missing_sources,
      missing_phrases,
      error,
    }));
}

/**
 * Asks all questions, a few at a time, and returns the results in their order. A question without an answer in time does not pass. Any
 * other failure ends the run and is thrown.
 */
export async function askGoldenQuestions(
  questions: readonly GoldenQuestion[],
  { ask, deadlineMs, clientSignal }: GoldenQuestionRun,
): Promise<GoldenQuestionResult[]> {
  const results: GoldenQuestionResult[] = [];
  const deadline = AbortSignal.timeout(deadlineMs);
  const abortController = new AbortController();
  const signal = AbortSignal.any([deadline, abortController.signal, ...(clientSignal ? [clientSignal] : [])]);
  const pendingQuestions = questions.entries();
  const worker = async (): Promise<void> => {
    for (const [index, question] of pendingQuestions) {
      clientSignal?.throwIfAborted();
      const answerOrError = await askWithinDeadline(() => ask(question.question, signal), deadline);
      results[index] = evaluateAnswer(question, answerOrError);
    }
  };
  try {
    await Promise.all(Array.from({ length: maxConcurrency }, worker));
  } finally {
    abortController.abort();
  }
  return results;
}

/** The answer, or why there is none. */
async function askWithinDeadline(
  ask: () => Promise<TrialAnswer>,
  deadline: AbortSignal,
): Promise<TrialAnswer | string> {
  const tooLate = 'The question was not answered within the deadline that all questions share.';
  if (deadline.aborted) return tooLate;
  try {
    return await ask();
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    return deadline.aborted ? tooLate : error.message;
  }
}

function evaluateAnswer(golden: GoldenQuestion, answerOrError: TrialAnswer | string): GoldenQuestionResult {
  const { id, question } = golden;
  const trial = typeof answerOrError === 'string' ? null : answerOrError;
  const missing = findMissingExpectations(trial ?? { answer: '', sources: [] }, golden);
  const error = answerError(answerOrError);
  const passed = error === null && missing.missing_sources.length + missing.missing_phrases.length === 0;
  const { answer = null, usage = null } = trial ?? {};
  return { id, question, passed, ...missing, error, answer, usage };
}

function answerError(answerOrError: TrialAnswer | string): string | null {
  if (typeof answerOrError === 'string') return answerOrError;
  return answerOrError.answer.trim() === '' ? 'The answer has no text.' : null;
}
