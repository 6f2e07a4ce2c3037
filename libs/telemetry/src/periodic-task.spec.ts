import { PeriodicTask } from './periodic-task.js';

const intervalMs = 1_000;

function aTask(run: () => Promise<void>): { task: PeriodicTask; warnings: unknown[] } {
  const warnings: unknown[] = [];
  const ignore = (): void => undefined;
  const logger = { log: ignore, error: ignore, warn: (...line: unknown[]) => void warnings.push(line) };
  return { task: new PeriodicTask({ intervalMs, logger, failure: 'A run failed.', run }), warnings };
}

describe('PeriodicTask', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('runs once each interval after it was started, and not after it was stopped', async () => {
    let runs = 0;
    const { task } = aTask(async () => void (runs += 1));
    await jest.advanceTimersByTimeAsync(intervalMs);
    expect(runs).toBe(0);
    task.start();
    task.start();
    await jest.advanceTimersByTimeAsync(3 * intervalMs);
    expect(runs).toBe(3);
    await task.stop();
    await jest.advanceTimersByTimeAsync(3 * intervalMs);
    expect(runs).toBe(3);
  });

  it('never runs twice at once', async () => {
    const unfinished: (() => void)[] = [];
    const { task } = aTask(() => new Promise((resolve) => unfinished.push(resolve)));
    task.start();
    await jest.advanceTimersByTimeAsync(3 * intervalMs);
    void task.runNow();
    expect(unfinished).toHaveLength(1);
    unfinished[0]!();
    await jest.advanceTimersByTimeAsync(intervalMs);
    expect(unfinished).toHaveLength(2);
  });

  it('waits for the run under way when it is stopped', async () => {
    const events: string[] = [];
    const run = Promise.withResolvers<void>();
    const { task } = aTask(() => run.promise.then(() => void events.push('run ended')));
    void task.runNow();
    const stopped = task.stop().then(() => events.push('stopped'));
    run.resolve();
    await stopped;
    expect(events).toEqual(['run ended', 'stopped']);
  });

  it('continues after a failed run, and logs the first failure until a run succeeds', async () => {
    const errors = [new Error('first'), new Error('second'), null, new Error('third')];
    const { task, warnings } = aTask(async () => {
      const error = errors.shift();
      if (error) throw error;
    });
    for (let run = 0; run < 4; run += 1) await task.runNow();
    expect(warnings).toEqual([
      [{ err: new Error('first') }, 'A run failed.'],
      [{ err: new Error('third') }, 'A run failed.'],
    ]);
  });
});
