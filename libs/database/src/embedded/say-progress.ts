import { Worker } from 'node:worker_threads';
import { Logger } from '@nestjs/common';

const stderr = 2;
const program = `
  const { writeSync } = require('node:fs');
  const { text, fd } = require('node:worker_threads').workerData;
  let seconds = 0;
  setInterval(() => writeSync(fd, text + ' ' + (seconds += 1) + ' s so far.\\n'), 1000);`;

/**
 * Logs what begins, and writes each second how long it has taken, until the work ends: a start that is silent looks like one that hangs.
 * A thread writes, because the work may hold the event loop for seconds.
 */
export async function sayProgress<T>(text: string, work: () => Promise<T>, fd = stderr): Promise<T> {
  new Logger('database').log(text);
  const thread = new Worker(program, { eval: true, workerData: { text, fd } });
  // If stderr is closed, only the progress ends, not the work.
  thread.on('error', () => undefined).unref();
  try {
    return await work();
  } finally {
    await thread.terminate();
  }
}
