import { type TrialAnswer, isUnanswered } from './configuration-trial.js';
import { type MissingExpectations, findMissingExpectations } from './missing-expectations.js';
import type { GoldenQuestion } from './golden-question.js';

/** A golden question that did not pass, and why, as the problem `gate-failed` shows it. */
export interface GoldenQuestionFailure extends MissingExpectations {
  readonly id: string;
  readonly question: string;
  /** Why there is no answer to judge; null when there is one. */
  readonly error: string | null;
}

export interface GoldenQuestionRun {
  /** May reject with what `ConfigurationTrial.ask` rejects with. */
  readonly ask: (question: string, signal: AbortSignal) => Promise<TrialAnswer>;
  /** For all of the questions together. */
  readonly deadlineMs: number;
}

/** Models answer slowly and take several questions at a time; a tenant's gate must not take all of them. */
const maxConcurrency = 8;

/**
 * Asks all questions, a few at a time, and returns those that do not pass, in their order. A question that no model answered, or not
 * in time, does not pass; a failure of our own ends the run and is thrown.
 */
export async function runGoldenQuestions(
  questions: readonly GoldenQuestion[],
  { ask, deadlineMs }: GoldenQuestionRun,
): Promise<GoldenQuestionFailure[]> {
  const failures = questions.map((): GoldenQuestionFailure | null => null);
  const deadline = AbortSignal.timeout(deadlineMs);
  const abortController = new AbortController();
  const signal = AbortSignal.any([deadline, abortController.signal]);
  const pendingQuestions = questions.entries();
  const worker = async (): Promise<void> => {
    for (const [index, question] of pendingQuestions) {
      const answerOrError = await askWithinDeadline(() => ask(question.question, signal), deadline);
      failures[index] = evaluateAnswer(question, answerOrError);
    }
  };
  try {
    await Promise.all(Array.from({ length: maxConcurrency }, worker));
  } finally {
    abortController.abort();
  }
  return failures.filter((failure) => failure !== null);
}

/** The answer, or why there is none. */
async function askWithinDeadline(
  ask: () => Promise<TrialAnswer>,
  deadline: AbortSignal,
): Promise<TrialAnswer | string> {
  const tooLate = 'The question was not answered in the time that the gate has for all of them.';
  if (deadline.aborted) return tooLate;
  try {
    return await ask();
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    return deadline.aborted ? tooLate : error.message;
  }
}

function evaluateAnswer(
  golden: GoldenQuestion,
  answerOrError: TrialAnswer | string,
): GoldenQuestionFailure | null {
  const { id, question } = golden;
  const emptyAnswer = { answer: '', sources: [] };
  const missing = findMissingExpectations(
    typeof answerOrError === 'string' ? emptyAnswer : answerOrError,
    golden,
  );
  const error = answerError(answerOrError);
  const isPassed = error === null && missing.missing_sources.length + missing.missing_phrases.length === 0;
  return isPassed ? null : { id, question, ...missing, error };
}

function answerError(answerOrError: TrialAnswer | string): string | null {
  if (typeof answerOrError === 'string') return answerOrError;
  return answerOrError.answer.trim() === '' ? 'The answer has no text.' : null;
}
