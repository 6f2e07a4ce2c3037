import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { sayProgress } from './say-progress.js';

Logger.overrideLogger(false);

describe('sayProgress', () => {
  let folder: string;
  let file: string;
  let fd: number;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'attune-progress-'));
    file = join(folder, 'stderr');
    fd = openSync(file, 'w');
  });
  afterEach(() => {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  });

  it('says each second that the work goes on, also while it holds the event loop, and returns its result', async () => {
    const work = (): Promise<string> => {
      const end = performance.now() + 3_000;
      while (performance.now() < end);
      return Promise.resolve('done');
    };
    expect(await sayProgress('Creating it.', work, fd)).toBe('done');
    expect(readFileSync(file, 'utf8')).toMatch(/^Creating it\. 1 s so far\.\n/);
  });

  it('says nothing after the work has failed', async () => {
    const failing = sayProgress('Creating it.', () => Promise.reject(new Error('full')), fd);
    await expect(failing).rejects.toThrow('full');
    await pause(1_200);
    expect(readFileSync(file, 'utf8')).toBe('');
  });
});
