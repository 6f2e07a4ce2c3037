import { type TrialAnswer, isUnanswered } from './configuration-trial.js';
import { type GoldenQuestion, type MissingExpectations, findMissingExpectations } from './golden-question.js';

/** A golden question that did not pass, and why, as in the problem `gate-failed`. */
export interface GoldenQuestionFailure extends MissingExpectations {
  readonly id: string;
  readonly question: string;
  /** Why there is no answer; null when there is one. */
  readonly error: string | null;
}

export interface GoldenQuestionRun {
  /** May reject with what `ConfigurationTrial.ask` rejects with. */
  readonly ask: (question: string, signal: AbortSignal) => Promise<TrialAnswer>;
  /** For all questions together. */
  readonly deadlineMs: number;
}

/** Models are slow but answer several questions at a time. One gate must not use all of their capacity. */
const maxConcurrency = 8;

/**
 * Asks all questions, a few at a time, and returns those that do not pass, in their order. A question without an answer in time does not
 * pass. Any other failure ends the run and is thrown.
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
  const tooLate = 'The question was not answered within the deadline of the gate.';
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
