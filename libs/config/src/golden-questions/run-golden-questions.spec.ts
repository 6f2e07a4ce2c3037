import { UnavailableError, UpstreamError } from '#kernel';
import { initialSettings } from '../../../settings/testing/settings-builders.js';
import { aTrialAnswer } from '../../testing/scripted-trial.js';
import type { GoldenQuestion } from './golden-question.js';
import { type GoldenQuestionRun, runGoldenQuestions } from './run-golden-questions.js';

const answered = aTrialAnswer({ settings: initialSettings() });

function aQuestion(some: Partial<GoldenQuestion> = {}): GoldenQuestion {
  return { id: 'a1', question: 'When is rent due?', expect_sources: [], expect_phrases: [], ...some };
}

function run(questions: GoldenQuestion[], some: Partial<GoldenQuestionRun> = {}) {
  return runGoldenQuestions(questions, { ask: async () => answered, deadlineMs: 10_000, ...some });
}

function hanging(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const give = () => reject(new UpstreamError('failed', 'The client went away.'));
    if (signal.aborted) give();
    signal.addEventListener('abort', give);
  });
}

describe('runGoldenQuestions', () => {
  it('returns no failures when every expectation is met', async () => {
    const met = aQuestion({ expect_sources: ['lease'], expect_phrases: ['first DAY'] });
    expect(await run([met, aQuestion()])).toEqual([]);
  });

  it('lists what is missing, in the order of the questions', async () => {
    const questions = [
      aQuestion({ id: 'slow', expect_phrases: ['tuesday', 'rent'] }),
      aQuestion({ id: 'good' }),
      aQuestion({ id: 'fast', expect_sources: ['lease', 'terms'] }),
    ];
    const ask = async (_question: string) => answered;
    expect(await run(questions, { ask })).toEqual([
      {
        id: 'slow',
        question: 'When is rent due?',
        missing_sources: [],
        missing_phrases: ['tuesday'],
        error: null,
      },
      {
        id: 'fast',
        question: 'When is rent due?',
        missing_sources: ['terms'],
        missing_phrases: [],
        error: null,
      },
    ]);
  });

  it.each(['', ' \n'])('fails a question whose answer has no text: %j', async (answer) => {
    const ask = async () => ({ ...answered, answer });
    expect(await run([aQuestion()], { ask })).toMatchObject([{ id: 'a1', error: 'The answer has no text.' }]);
  });

  it('fails a question that no model answered, with the reason and all expectations', async () => {
    const ask = () => Promise.reject(new UpstreamError('failed', 'No model answered.'));
    const question = aQuestion({ expect_sources: ['lease'], expect_phrases: ['first'] });
    expect(await run([question], { ask })).toMatchObject([
      { missing_sources: ['lease'], missing_phrases: ['first'], error: 'No model answered.' },
    ]);
  });

  it('asks a few at a time', async () => {
    let open = 0;
    let most = 0;
    const ask = async () => {
      most = Math.max(most, (open += 1));
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
      return answered;
    };
    const questions = Array.from({ length: 30 }, (_, index) => aQuestion({ id: `q${index}` }));
    expect(await run(questions, { ask })).toEqual([]);
    expect(most).toBe(8);
  });

  it('fails the questions that were not answered, or not asked, before the deadline', async () => {
    const asked: string[] = [];
    const ask = (question: string, signal: AbortSignal) => {
      asked.push(question);
      return question === 'quick' ? Promise.resolve(answered) : hanging(signal);
    };
    const slow = Array.from({ length: 12 }, (_, index) => aQuestion({ id: `q${index}` }));
    const failures = await run([aQuestion({ question: 'quick' }), ...slow], { ask, deadlineMs: 50 });
    expect(failures.map(({ id }) => id)).toEqual(slow.map(({ id }) => id));
    expect(new Set(failures.map(({ error }) => error)).size).toBe(1);
    expect(failures[0]!.error).toContain('within the deadline that all');
    expect(asked).toHaveLength(9);
  });

  it('throws any other failure, and aborts the running questions', async () => {
    const signals: AbortSignal[] = [];
    const ask = (question: string, signal: AbortSignal) => {
      signals.push(signal);
      const down = new UnavailableError('The database is down.', 1);
      return question === 'broken' ? Promise.reject(down) : hanging(signal);
    };
    const questions = [aQuestion(), aQuestion({ question: 'broken' })];
    await expect(run(questions, { ask })).rejects.toMatchObject({ slug: 'unavailable' });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });
});
