import { type TrialAnswer, isUnanswered } from '../configuration-trial.js';
import { type Missing, missingFrom } from './expectations.js';
import type { GoldenQuestion } from './golden-question.js';

/** A golden question that did not pass, and why, as the problem `gate-failed` shows it. */
export interface GoldenFailure extends Missing {
  readonly id: string;
  readonly question: string;
  /** Why there is no answer to judge; null when there is one. */
  readonly error: string | null;
}

export interface GoldenRun {
  /** May reject with what `ConfigurationTrial.ask` rejects with. */
  readonly ask: (question: string, signal: AbortSignal) => Promise<TrialAnswer>;
  /** For all of the questions together. */
  readonly deadlineMs: number;
}

/** Models answer slowly and take several questions at a time; a tenant's gate must not take all of them. */
const atOnce = 8;

/**
 * Asks all questions, a few at a time, and returns those that do not pass, in their order. A question that no model answered, or not
 * in time, does not pass; a failure of our own ends the run and is thrown.
 */
export async function failuresOf(
  questions: readonly GoldenQuestion[],
  { ask, deadlineMs }: GoldenRun,
): Promise<GoldenFailure[]> {
  const failures = questions.map((): GoldenFailure | null => null);
  const deadline = AbortSignal.timeout(deadlineMs);
  const stop = new AbortController();
  const signal = AbortSignal.any([deadline, stop.signal]);
  const waiting = questions.entries();
  const work = async (): Promise<void> => {
    for (const [place, question] of waiting) {
      const answered = await answerOf(() => ask(question.question, signal), deadline);
      failures[place] = judged(question, answered);
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, work));
  } finally {
    stop.abort();
  }
  return failures.filter((failure) => failure !== null);
}

/** The answer, or why there is none. */
async function answerOf(
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

function judged(golden: GoldenQuestion, answered: TrialAnswer | string): GoldenFailure | null {
  const { id, question } = golden;
  const nothing = { answer: '', sources: [] };
  const missing = missingFrom(typeof answered === 'string' ? nothing : answered, golden);
  const error = errorIn(answered);
  const isPassed = error === null && missing.missing_sources.length + missing.missing_phrases.length === 0;
  return isPassed ? null : { id, question, ...missing, error };
}

function errorIn(answered: TrialAnswer | string): string | null {
  if (typeof answered === 'string') return answered;
  return answered.answer.trim() === '' ? 'The answer has no text.' : null;
}
