import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { sayProgress } from './say-progress.js';

describe('sayProgress', () => {
  const lines: string[] = [];

  beforeAll(() => Logger.overrideLogger({ log: (line: string) => lines.push(line), error() {}, warn() {} }));
  beforeEach(() => (lines.length = 0));
  afterAll(() => Logger.overrideLogger(false));

  it('says each second that the work goes on, and returns its result', async () => {
    const result = await sayProgress('Creating it.', () => pause(1_500, 'done'));
    expect([result, lines]).toEqual(['done', ['Creating it.', 'Creating it. 1 s so far.']]);
  });

  it('says nothing after the work has failed', async () => {
    await expect(sayProgress('Creating it.', () => Promise.reject(new Error('full')))).rejects.toThrow(
      'full',
    );
    await pause(1_200);
    expect(lines).toEqual(['Creating it.']);
  });
});
